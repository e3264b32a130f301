/** The peer's whole stack of a Service against the objects of our plan. */
import type { Problem } from '../../../src/model/problem.ts'
import type { Compare, Vector } from '../vector.ts'
import { annotationsOf, beta, withNames } from './given.ts'
import { ours } from './our-stack.ts'
import { asTheirs, isOfController, isTaken, planOf } from './planned.ts'
import { theirs } from './their-stack.ts'
import { differences, fieldsOf, type Fields, listOf, textOf, wantsError } from './shapes.ts'

/** A fake call that fails is a fact that is refused. */
const unheard = (aws: Fields): boolean =>
  Object.values(aws).some((calls) =>
    listOf(calls).some((call) => call['err'] !== undefined && call['err'] !== null),
  )

function groupsIn(aws: Fields): Readonly<Record<string, string>> | undefined {
  const calls = listOf(aws['securityGroupsByNameOrID'])
  if (calls.length === 0) return undefined
  const pairs = calls.flatMap(({ args, want }) =>
    (want as readonly string[]).map((id, at): [string, string] => [
      id,
      (args as readonly string[])[at] ?? id,
    ]),
  )
  return Object.fromEntries(pairs)
}

function subnetsIn(aws: Fields, service: unknown): readonly Fields[] {
  const found = Object.entries(aws).flatMap(([name, calls]) =>
    /subnet/i.test(name) && Array.isArray(calls) ? (calls as readonly unknown[]) : [],
  )
  const [first] = found
  const subnets = Array.isArray(first)
    ? listOf(first)
    : listOf(fieldsOf(first)['subnets'] ?? fieldsOf(first)['want'])
  const dual = annotationsOf(service)[`${beta}ip-address-type`] === 'dualstack'
  const named = withNames(service, subnets)
  return dual ? named.map(withIpv6) : named
}

/** What was found for both families has a range of each, also where the fake left it out. */
const withIpv6 = (subnet: Fields, at: number): Fields => ({
  Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: `2600:1f13:0:${at}::/64` }],
  ...subnet,
})

/** A whole Service is given: one without ports has none. */
const bare = { ports: [] }

const stack: Compare = (one: Vector) => {
  const aws = fieldsOf(one.context['aws'])
  const controller = fieldsOf(one.context['controller'])
  const wanted = fieldsOf(fieldsOf(fieldsOf(one.expected)['stack'])['resources'])
  const service = asTheirs(one.service, bare)
  const type = textOf(fieldsOf(fieldsOf(one.service)['spec'])['type'])
  const error = wantsError(one.expected)
  if (error && unheard(aws)) return []
  const own = fieldsOf(fieldsOf(one.service)['metadata'])['annotations']
  const given = {
    ...service,
    metadata: { ...service.metadata, annotations: fieldsOf(own) as Readonly<Record<string, string>> },
    spec: { ...service.spec, type },
  }
  if (!error && !(isTaken(given) && isOfController(given) !== false))
    return differences('', theirs(wanted), ours([]))
  const plan = planOf({
    service: one.service,
    filling: bare,
    controller,
    subnets: subnetsIn(aws, one.service),
    ...(aws['vpcInfo'] === undefined ? {} : { vpc: fieldsOf(listOf(aws['vpcInfo'])[0]?.['wantVPCInfo']) }),
    existing: listOf(aws['existingLoadBalancersOfStack']).flatMap((call) => listOf(call['sdkLBs'])),
    ...(groupsIn(aws) === undefined ? {} : { groups: groupsIn(aws) ?? {} }),
  })
  const errors = plan.problems.filter(({ severity }) => severity === 'error')
  if (error) return errors.length > 0 ? [] : ['an error is wanted, ours is a plan']
  if (errors.length > 0) return errors.map(refusal)
  return differences('', theirs(wanted), ours(plan.resources))
}

const refusal = ({ code, path, message }: Problem): string => `refused by us: ${code} ${path}: ${message}`

export const stacks: Readonly<Record<string, Compare>> = { ModelBuilderTask_Build: stack }
