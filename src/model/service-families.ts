import type { ServiceCapabilities } from './capabilities.ts'
import type { Family, LoadBalancer } from './load-balancer.ts'
import type { ServiceSpec } from './objects.ts'
import { error, type Problem, warning } from './problem.ts'
import { wordOf } from './service-words.ts'

export interface FamiliesRead {
  /** Those that the load balancer will have. */
  readonly families: readonly Family[]
  /** Those that the Service asks for. */
  readonly asked: readonly Family[]
  readonly familyPolicy: LoadBalancer['familyPolicy']
  readonly problems: readonly Problem[]
}

export function familiesOf(spec: ServiceSpec, can: ServiceCapabilities): FamiliesRead {
  const policy = wordOf('spec.ipFamilyPolicy', spec.ipFamilyPolicy, [
    'SingleStack',
    'PreferDualStack',
    'RequireDualStack',
  ])
  const read = (spec.ipFamilies ?? []).map((family, at) =>
    wordOf(`spec.ipFamilies[${at}]`, family, ['IPv4', 'IPv6']),
  )
  const wrong = [...policy.problems, ...read.flatMap((one) => one.problems)]
  const asked = read.length > 0 ? [...new Set(read.map((one) => one.word))] : usual(policy.word)
  const families = can.ipv6 ? asked : asked.filter((family) => family === 'IPv4')
  const problems =
    wrong.length > 0 || families.length === asked.length ? wrong : [unserved(families, policy.word)]
  return { families, asked, familyPolicy: policy.word, problems }
}

/** What the API server fills in on a cluster whose first family is IPv4. */
const usual = (policy: LoadBalancer['familyPolicy']): readonly Family[] =>
  policy === 'SingleStack' ? ['IPv4'] : ['IPv4', 'IPv6']

function unserved(families: readonly Family[], policy: LoadBalancer['familyPolicy']): Problem {
  if (families.length > 0 && policy !== 'RequireDualStack')
    return warning(
      'LB_FAMILY_FALLBACK',
      'spec.ipFamilies',
      'load balancers of this provider have no IPv6 addresses; this one gets IPv4 only',
      { value: 'IPv6', hint: 'set spec.ipFamilyPolicy to RequireDualStack if IPv4 alone is of no use' },
    )
  const path = families.length > 0 ? 'spec.ipFamilyPolicy' : 'spec.ipFamilies'
  return error('LB_FAMILY_UNSUPPORTED', path, 'load balancers of this provider have no IPv6 addresses', {
    value: families.length > 0 ? policy : 'IPv6',
    accepted: families.length > 0 ? 'SingleStack or PreferDualStack' : 'IPv4',
  })
}
