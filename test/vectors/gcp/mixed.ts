/** A Service edited from one state of the cloud to another: plan, carry out on paper, compare what is then there. */
import { whose } from '../../../providers/gcp/descriptions.ts'
import { clusterOwner } from '../../../providers/gcp/owners.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { ownerOf } from '../../../src/model/from-service.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { leaveKey } from '../../../src/model/shared-annotations.ts'
import { planOffline } from '../../../src/plan/offline.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Vector, VectorFile } from '../vector.ts'
import {
  applied,
  blueprintWith,
  differences,
  fakeCloud,
  known,
  planServices,
  specDifferences,
  type State,
  wholeService,
  word as wordOf,
} from './planned.ts'

interface Resources {
  readonly forwardingRules?: Readonly<Record<string, JsonObject>>
  readonly firewalls?: Readonly<Record<string, JsonObject>>
  readonly healthCheck?: JsonObject
  readonly backendService?: JsonObject
}

interface Start {
  readonly resources: Resources
  readonly ingress?: readonly { readonly ip: string }[]
}

interface Context {
  readonly loadBalancer: string
  readonly kubeSystemUID?: string
  readonly node?: string
  readonly startState?: string
  readonly useL3DefaultForMixedProtocol?: boolean
  readonly discretePortForwarding?: boolean
  readonly existingResources?: Resources
}

const blueprint = blueprintWith({})

/** Through the forms, as bodies of the cloud are read. */
function observe(
  { forwardingRules = {}, firewalls = {}, healthCheck, backendService }: Resources,
  uid: string | undefined,
  ingress: Start['ingress'] = [],
): readonly Observed[] {
  const cluster = { name: '', ...(uid === undefined ? {} : { uid }) }
  const bodies: readonly (readonly [string, JsonObject])[] = [
    ...Object.values(forwardingRules).map((rule) => {
      const ip = ingress.find((one) => one.ip.includes(':') === (rule['ipVersion'] === 'IPV6'))?.ip
      return ['forwarding-rule', ip === undefined ? rule : { ...rule, IPAddress: ip }] as const
    }),
    ...Object.values(firewalls).map((wall) => ['firewall', wall] as const),
    ...(healthCheck === undefined ? [] : [['health-check', healthCheck] as const]),
    ...(backendService === undefined ? [] : [['backend-service', backendService] as const]),
  ]
  return bodies.flatMap(([kind, body]) => blueprint.kinds[kind]?.observe?.(body, cluster) ?? [])
}

const compared = ['forwarding-rule', 'firewall', 'health-check', 'backend-service']

/** What an object is there for: two states agree when they have the same roles, each with the same fields. */
function roleOf(kind: string, spec: JsonObject): string {
  if (kind === 'forwarding-rule')
    return `${kind} ${wordOf(spec['IPProtocol'])} ${wordOf(spec['ipVersion'] ?? 'IPV4')}`
  if (kind !== 'firewall') return kind
  const purpose = spec['priority'] === 999 ? 'health' : spec['denied'] === undefined ? 'allow' : 'deny'
  return `${kind} ${purpose} ${JSON.stringify(spec['sourceRanges']).includes(':') ? 'IPv6' : 'IPv4'}`
}

const roles = (state: State): ReadonlyMap<string, { spec: JsonObject; shared: boolean }> =>
  new Map(
    [...state.values()]
      .filter(({ kind }) => compared.includes(kind))
      .map(({ kind, stack, spec }) => [roleOf(kind, spec), { spec, shared: stack === 'shared' }]),
  )

/** What the fake cloud does not have, or the peers' comparison leaves out; links and descriptions are symbols. */
const symbols = [
  'IPAddress',
  'backendService',
  'healthChecks',
  'connectionDraining',
  'description',
  'name',
  'network',
  'subnetwork',
]

function compareStates(ours: State, theirs: State, named: boolean): readonly string[] {
  const [a, b] = [roles(ours), roles(theirs)]
  const extra = [...a]
    .filter(([role, { shared }]) => !b.has(role) && !shared)
    .map(([role]) => `only ours: ${role}`)
  const names = [...a.values()].map(({ spec }) => spec['name'])
  return [
    ...extra,
    ...[...b].flatMap(([role, { spec }]) => {
      const our = a.get(role)?.spec
      if (our === undefined) return [`missing: ${role}`]
      return [
        ...specDifferences(role, known(our, symbols), known(spec, symbols)),
        ...differences(
          `${role} owner`,
          whose(our['description'])?.service,
          whose(spec['description'])?.service,
        ),
        ...(named ? differences(`${role} name`, our['name'], spec['name']) : []),
      ]
    }),
    ...(names.includes(undefined) ? ['an object has no name'] : []),
  ]
}

const word = (spec: JsonObject): string =>
  spec['IPProtocol'] === 'L3_DEFAULT' ? 'l3' : wordOf(spec['IPProtocol']).toLowerCase()

/** Which annotations the peers would write of this state: a key for each role. */
function bookkeeping(state: State): readonly string[] {
  const keys = [...roles(state)].map(([role, { spec }]) => {
    const ipv6 = role.endsWith('IPV6') || role.endsWith('IPv6') ? '-ipv6' : ''
    if (role.startsWith('forwarding-rule')) return `${word(spec)}-forwarding-rule${ipv6}`
    if (role === 'health-check') return 'healthcheck'
    if (!role.startsWith('firewall')) return role
    return `firewall-rule${role.includes('health') ? '-for-hc' : role.includes('deny') ? '-deny' : ''}${ipv6}`
  })
  return keys.map((key) => `service.kubernetes.io/${key}`).toSorted()
}

/** The peers interrupt traffic unasked. */
const withLeave = ({ metadata, ...rest }: ServiceObject): ServiceObject => ({
  ...rest,
  metadata: { ...metadata, annotations: { ...metadata.annotations, [leaveKey]: 'true' } },
})

export function ensure(one: Vector, file: VectorFile): readonly string[] {
  const context = one.context as unknown as Context
  const expected = one.expected as {
    readonly resources?: Resources
    readonly endState?: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly syncType?: string
  }
  const states = file.beside(file.name.replace('.json', '-states.json')) as {
    readonly startStates: Readonly<Record<string, Start>>
    readonly endStates: Readonly<Record<string, Start>>
  }
  const start = states.startStates[context.startState ?? 'nothing'] ?? { resources: {} }
  const internal = context.loadBalancer === 'ilb'
  const uid = context.kubeSystemUID
  const observed = observe(start.resources, uid, start.ingress)
  const settings = blueprintWith({
    without: ['weighted', ...(context.discretePortForwarding === false ? ['discrete-ports'] : [])],
    mixedProtocols: context.useL3DefaultForMixedProtocol === true ? 'l3' : 'two-rules',
    nodeTags: [context.node ?? 'test-node'],
  })
  const service = withLeave(wholeService(one.service, internal))
  const { plan, problems } = planServices(settings, [service], {
    facts: fakeCloud,
    observed,
    cluster: { name: '', ...(uid === undefined ? {} : { uid }) },
  })
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  const ours = applied(plan, observed)
  const wanted = expected.resources ?? states.endStates[expected.endState ?? '']?.resources ?? {}
  const theirs = applied({ ...plan, steps: [] }, observe(wanted, uid))
  const shared = new Set(
    bookkeeping(
      applied(
        { ...plan, steps: [] },
        observed.filter(({ stack }) => stack === 'shared'),
      ),
    ),
  )
  const annotations = Object.keys(expected.annotations ?? {}).toSorted()
  const kept = bookkeeping(ours).filter((key) => annotations.includes(key) || !shared.has(key))
  return [
    ...errors,
    ...compareStates(ours, theirs, observed.length === 0),
    ...differences('annotations', kept, annotations),
    ...differences('syncType', observed.length === 0 ? 'create' : 'update', expected.syncType),
  ]
}

/** A Service that goes, the last of its cluster: everything goes with it but the shared firewall rules, as there. */
export function remove(one: Vector): readonly string[] {
  const { existingResources = {} } = one.context as unknown as Context
  const observed = observe(existingResources, undefined)
  const owners = [ownerOf(wholeService(one.service)), clusterOwner({ name: '' })]
  const plan = planOffline(
    blueprint,
    owners.map((owner) => ({ owner, created: '', resources: [] })),
    observed,
  )
  return [...roles(applied(plan, observed)).keys()]
    .filter((role) => !role.startsWith('firewall health'))
    .map((role) => `left over: ${role}`)
}
