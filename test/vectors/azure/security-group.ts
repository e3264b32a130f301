/**
 * The peer works for one Service at a time on what it finds in the group; we compute the group from all Services. So the
 * Service of the case is decided, another one of its cluster only as far as existing rules carry out what it wants
 * already (else it has not had its turn), and a destination that no Service of the cluster has is somebody's who left.
 */
import { azureSettings } from '../../../providers/azure/annotations.ts'
import { observedGroup, securityGroupForm } from '../../../providers/azure/kinds/security-group.ts'
import { desiredSecurityGroup } from '../../../providers/azure/security-group/desired-security-group.ts'
import type { Holders } from '../../../providers/azure/security-group/observe.ts'
import { destinationsOf, fieldsOf, rulesOf, sourcesOf } from '../../../providers/azure/security-group/rule.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { LoadBalancer } from '../../../src/model/load-balancer.ts'
import type { TargetNode } from '../../../src/model/nodes.ts'
import type { LoadBalancerStatus, ServiceObject } from '../../../src/model/objects.ts'
import { hasError } from '../../../src/model/problem.ts'
import { mergeStack } from '../../../src/plan/merge.ts'
import type { Observed, Owner, Part, Parts, Resource } from '../../../src/plan/resource.ts'
import { planStack } from '../../../src/plan/stack-plan.ts'
import type { OwnerState } from '../../../src/plan/view.ts'
import { viewOf } from '../../plan/view.ts'
import type { Compare, Vector } from '../vector.ts'
import { byName, differences } from './differences.ts'
import { familiesIn, familyOf, read } from './service.ts'

type Rule = JsonObject & { readonly name: string; readonly properties: JsonObject }
type WithStatus = ServiceObject & { readonly status?: { readonly loadBalancer?: LoadBalancerStatus } }

interface Context {
  readonly frontendAddresses?: readonly string[] | Readonly<Record<string, readonly string[]>>
  readonly existingSecurityRules?: readonly Rule[]
  readonly wantLoadBalancer?: boolean
  readonly clusterServices?: readonly WithStatus[]
  readonly backendPoolAddresses?: Readonly<Record<string, readonly string[]>>
  readonly nodes?: readonly { readonly status?: { readonly addresses?: TargetNode['addresses'] } }[]
}

interface Expected {
  readonly error?: boolean
  readonly securityGroupUpdated?: boolean
  readonly securityRules?: readonly Rule[]
  readonly containsSecurityRules?: readonly Rule[]
}

interface Member {
  readonly lb: LoadBalancer
  readonly addresses: readonly string[]
  readonly resource: Resource | undefined
  readonly refused: boolean
}

const flat = (addresses: Context['frontendAddresses'] = []): readonly string[] =>
  Array.isArray(addresses) ? (addresses as readonly string[]) : Object.values(addresses).flat()

const ingressOf = ({ status }: WithStatus): readonly string[] =>
  (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? [])

function memberOf(
  service: WithStatus,
  addresses: readonly string[],
  nodes: readonly TargetNode[],
): Member | undefined {
  const { lb } = read(service, { families: familiesIn(addresses) })
  if (lb === undefined) return undefined
  const settings = azureSettings(lb)
  const { resource, problems } = desiredSecurityGroup({
    lb,
    settings,
    internal: settings.internal?.value === true,
    group: 'nsg',
    frontends: addresses.flatMap((address) => {
      const family = familyOf(address)
      return family === undefined
        ? []
        : [{ family, address, floatingIP: settings.disableFloatingIP?.value !== true }]
    }),
    nodes,
  })
  const more = (settings.additionalPublicIPs?.value ?? []).map(({ text }) => text)
  return { lb, addresses: [...addresses, ...more], resource, refused: hasError(problems) }
}

function nodesOf({ backendPoolAddresses, nodes = [] }: Context): readonly TargetNode[] {
  const pool = Object.values(backendPoolAddresses ?? {}).flat()
  const listed = nodes.flatMap(({ status }) => status?.addresses ?? [])
  const addresses = pool.length > 0 ? pool.map((address) => ({ type: 'InternalIP', address })) : listed
  return addresses.map((address, at) => ({
    name: `node-${at}`,
    providerID: '',
    addresses: [address],
    labels: {},
  }))
}

const gone: Owner = { uid: 'gone', name: 'gone' }

const sameService = (a: ServiceObject, b: ServiceObject): boolean =>
  a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace

/** Whether rules that are there let in all that a Service wants, as the peer finds it. */
const carriedOut = (parts: Parts, there: readonly Rule[]): boolean =>
  Object.values(parts).every(({ spec }) =>
    there.some(
      (rule) =>
        fieldsOf(rule)['protocol'] === fieldsOf(spec)['protocol'] &&
        differences(sourcesOf(rule), sourcesOf(spec)).length === 0 &&
        destinationsOf(spec).every((one) => destinationsOf(rule).includes(one)) &&
        portsOf(fieldsOf(spec)).every((port) => portsOf(fieldsOf(rule)).includes(port)),
    ),
  )

const portsOf = (spec: JsonObject): readonly unknown[] => [
  ...((spec['destinationPortRanges'] as readonly unknown[] | undefined) ?? []),
  ...(spec['destinationPortRange'] === undefined ? [] : [spec['destinationPortRange']]),
]

interface Outcome {
  readonly refused: boolean
  readonly rules: readonly unknown[]
  readonly changed: boolean
}

function outcomeOf(one: Vector): Outcome {
  const context = one.context as Context
  const existing = context.existingSecurityRules ?? []
  const service = one.service as WithStatus
  const nodes = nodesOf(context)
  const frontends = flat(context.frontendAddresses)
  const main = memberOf(service, frontends, nodes)
  const others = (context.clusterServices ?? [])
    .filter((other) => !sameService(other, service))
    .flatMap((other) => {
      const shares = ingressOf(other).some((ip) => frontends.includes(ip))
      return memberOf(other, shares ? frontends : ingressOf(other), nodes) ?? []
    })
  const before = observedGroup(
    { name: 'nsg', properties: { securityRules: existing } },
    holdersOf(main, others),
  )
  if (main === undefined || before === undefined || main.refused)
    return { refused: true, rules: existing, changed: false }
  const turns = others.filter(({ resource }) => carriedOut(resource?.parts ?? {}, existing))
  const states: Record<string, OwnerState> = { gone: 'leaving' }
  for (const { lb } of others) states[lb.owner.uid] = 'pending'
  for (const { lb } of turns) states[lb.owner.uid] = 'settled'
  if (context.wantLoadBalancer === false) states[main.lb.owner.uid] = 'leaving'
  const members = context.wantLoadBalancer === false ? turns : [main, ...turns]
  const contributions = members.map(({ lb, resource }) => ({
    owner: lb.owner,
    created: lb === main.lb ? '1' : '0',
    resources: resource === undefined ? [] : [resource],
  }))
  return planned(before, contributions, states)
}

function planned(
  before: Observed,
  contributions: Parameters<typeof mergeStack>[0],
  states: Record<string, OwnerState>,
): Outcome {
  const kinds = { 'security-group': securityGroupForm }
  const { resources, conflicts } = mergeStack(contributions, kinds, () => before)
  const observed = [before]
  const { steps } = planStack({
    ...viewOf({ desired: resources, observed, states }),
    kinds,
    stack: before.stack,
  })
  const parts: Record<string, Part> = { ...before.parts }
  for (const step of steps)
    for (const { key, action, after, owners } of step.parts ?? [])
      if (action === 'remove') delete parts[key]
      else if (after !== undefined) parts[key] = { spec: after, owners }
  return { refused: conflicts.length > 0, rules: rulesOf(parts), changed: steps.length > 0 }
}

function holdersOf(main: Member | undefined, others: readonly Member[]): Holders {
  const members = main === undefined ? others : [main, ...others]
  return (address, ports) => {
    const at = members.filter(({ addresses }) => addresses.includes(address))
    const behind = members.filter(({ lb }) =>
      lb.ports.some(({ nodePort }) => ports.includes(String(nodePort))),
    )
    const found = at.length > 0 ? at : behind
    return found.length === 0 ? [gone] : found.map(({ lb }) => lb.owner)
  }
}

export const securityGroup: Compare = (one) => {
  const expected = one.expected as Expected
  const { refused, rules, changed } = outcomeOf(one)
  const actual = byName(rules)
  const wanted = expected.securityRules ?? expected.containsSecurityRules
  const listed = wanted === undefined ? undefined : byName(wanted)
  const compared =
    expected.securityRules !== undefined || listed === undefined
      ? actual
      : Object.fromEntries(Object.entries(actual).filter(([name]) => name in listed))
  return [
    ...differences(expected.error ?? false, refused, 'error'),
    ...(refused ? [] : differences(expected.securityGroupUpdated ?? false, changed, 'updated')),
    ...(refused || listed === undefined ? [] : differences(listed, compared, 'rules')),
  ]
}
