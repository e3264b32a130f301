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
  const able = can.ipv6 ? asked : asked.filter((family) => family === 'IPv4')
  const families = can.dualStack ? able : able.slice(0, 1)
  const problems =
    wrong.length > 0 || families.length === asked.length ? wrong : [unserved(families, policy.word, can)]
  return { families, asked, familyPolicy: policy.word, problems }
}

/** What the API server fills in on a cluster whose first family is IPv4. */
const usual = (policy: LoadBalancer['familyPolicy']): readonly Family[] =>
  policy === 'SingleStack' ? ['IPv4'] : ['IPv4', 'IPv6']

function unserved(
  families: readonly Family[],
  policy: LoadBalancer['familyPolicy'],
  can: ServiceCapabilities,
): Problem {
  const [only] = families
  const lack = can.ipv6 ? 'have addresses of one family only' : 'have no IPv6 addresses'
  const message = `load balancers of this provider ${lack}`
  if (only !== undefined && policy !== 'RequireDualStack')
    return warning('LB_FAMILY_FALLBACK', 'spec.ipFamilies', `${message}; this one gets ${only} only`, {
      value: only === 'IPv4' ? 'IPv6' : 'IPv4',
      hint: `set spec.ipFamilyPolicy to RequireDualStack if ${only} alone is of no use`,
    })
  const path = only === undefined ? 'spec.ipFamilies' : 'spec.ipFamilyPolicy'
  return error('LB_FAMILY_UNSUPPORTED', path, message, {
    value: only === undefined ? 'IPv6' : policy,
    accepted: only === undefined ? 'IPv4' : 'SingleStack or PreferDualStack',
  })
}
