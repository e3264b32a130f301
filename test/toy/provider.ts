/**
 * The smallest provider that has everything the contracts are about: an object of a Service's own that serves traffic
 * (a balancer), one that all Services share (the fence, with a rule per port and range), a ref from one to the other
 * across stacks, targets that follow nodes. If this does not read naturally, the contracts are wrong.
 */
import * as v from 'valibot'
import type { JsonObject } from '../../src/lib/json.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import {
  ref,
  type Observed,
  type Owner,
  type Part,
  type Parts,
  type Resource,
} from '../../src/plan/resource.ts'
import type { Changes, Kind } from '../../src/provider/kind.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { toyError, type ToyCloud, type ToyObject } from './cloud.ts'

/** What the bed gives namespace kube-system. */
const clusterUid = '00000004-0000-4000-8000-000000000000'

const names = new Map<string, string>()
const ownersOf = (uids: readonly string[]): Owner[] =>
  uids.map((uid) => ({ uid, name: names.get(uid) ?? uid }))

/** What all share belongs to the cluster. */
const clusterOwner = { uid: clusterUid, name: 'the cluster' }

const balancerOf = (lb: LoadBalancer, { together }: ToyOptions) => {
  const key = lb.ports.some((p) => p.protocol === 'UDP') ? 'udp' : 'tcp'
  return together === true
    ? { stack: 'shared', kind: 'balancer', key: `${lb.name}-${key}` }
    : { stack: lb.owner.uid, kind: 'balancer', key }
}

function targets(lb: LoadBalancer, context: Context): Parts {
  const parts: Record<string, Part> = {}
  for (const node of context.nodes)
    parts[node.name] = { spec: { Node: node.name }, owners: [lb.owner], path: `node/${node.name}` }
  return parts
}

function apply(object: ToyObject, changes: Changes): void {
  const spec: Record<string, unknown> = { ...object.spec }
  for (const { path, after } of changes.fields) spec[path] = after
  object.spec = spec as JsonObject
  for (const { key, action, after, owners } of changes.parts) {
    if (action === 'remove') delete object.parts[key]
    else object.parts[key] = { spec: after ?? {}, uids: owners.map((owner) => owner.uid) }
  }
}

export interface ToyOptions {
  /** Rules of one port and range are one rule only if they lead to the same node port. */
  readonly contested?: boolean
  /** Balancers are locked as a whole, and busy for so long after each write. */
  readonly busyMs?: number
  /** All Services are in one stack, as on a cloud where they have one load balancer. */
  readonly together?: boolean
}

function rules(lb: LoadBalancer, balancer: Resource, { contested }: ToyOptions): Parts {
  const parts: Record<string, Part> = {}
  const ranges =
    lb.sourceRanges.length > 0
      ? lb.sourceRanges
      : [{ cidr: '0.0.0.0/0', path: 'spec.loadBalancerSourceRanges[0]' }]
  for (const { port, nodePort } of lb.ports)
    for (const { cidr, path } of ranges)
      parts[`${port}/${cidr}`] = {
        spec: {
          Port: port,
          From: cidr,
          To: ref(balancer, 'address'),
          ...(contested === true ? { NodePort: nodePort ?? 0 } : {}),
        },
        owners: [lb.owner],
        path,
      }
  return parts
}

/** Two Services may need the same rule: to whom it points is then the first one's. */
function packRules(parts: Parts, observed: Observed | undefined): Parts {
  return Object.fromEntries(
    Object.entries(parts).map(([key, part]) => {
      const seen = observed?.parts?.[key]
      return [
        key,
        seen === undefined ? part : { ...part, spec: { ...part.spec, To: seen.spec['To'] ?? null } },
      ]
    }),
  )
}

function kind(cloud: ToyCloud, clock: Clock, name: string, more: Partial<Kind>, busyMs = 0): Kind {
  const observed = (object: ToyObject, depth: 'listed' | 'read'): Observed => ({
    stack: object.stack,
    kind: name,
    key: object.key,
    id: object.id,
    spec: object.spec,
    parts: Object.fromEntries(
      Object.entries(object.parts).map(([key, { spec, uids }]) => [key, { spec, owners: ownersOf(uids) }]),
    ),
    owners: ownersOf(object.uids),
    out: { address: `address-of-${object.name}` },
    state: stateOf(object.id),
    serving: true,
    depth,
    asOf: clock.now(),
  })
  const stateOf = (id: string) =>
    cloud.failed.has(id) ? 'failed' : (cloud.busy.get(id) ?? 0) > clock.now() ? 'busy' : 'ready'
  const wrote = (id: string): void => {
    if (stateOf(id) === 'busy') throw toyError('busy', 'Busy', 'update')
    if (busyMs > 0) cloud.busy.set(id, clock.now() + busyMs)
  }
  const mine = () => [...cloud.objects.values()].filter((object) => object.kind === name)
  const get = (id: string, op: string): ToyObject => {
    const object = cloud.objects.get(id)
    if (object === undefined) throw toyError('notFound', 'NoSuchThing', op)
    return object
  }
  return {
    name,
    canonical: (spec) => spec,
    immutable: [],
    kept: [],
    refs: [],
    defaults: {},
    replace: 'beside',
    absorbs: [],
    lock: 'self',
    nameIsUnique: true,
    servesTraffic: false,
    partsListed: true,
    settleMs: 5_000,
    list: () =>
      cloud.read(`list ${name}`, () => ({
        items: cloud
          .listed()
          .filter((object) => object.kind === name)
          .map((object) => observed(object, 'read')),
      })),
    read: (seen) =>
      cloud.read(`read ${name}`, () => {
        const object = cloud.objects.get(seen.id)
        return object === undefined ? undefined : { object: observed(object, 'read') }
      }),
    find: (want) =>
      cloud.read(`find ${name}`, () => {
        const object = mine().find((one) => one.name === want.spec['Name'])
        return object === undefined ? undefined : { object: observed(object, 'read') }
      }),
    create: (want) =>
      cloud.write(`create ${name} ${want.key}`, () => {
        for (const owner of want.owners) names.set(owner.uid, owner.name)
        const { stack, key, spec } = want
        const owners = more.servesTraffic === true ? want.owners : [clusterOwner]
        const made = cloud.make({
          stack,
          kind: name,
          key,
          spec,
          parts: {},
          name: typeof spec['Name'] === 'string' ? spec['Name'] : '',
          uids: owners.map((o) => o.uid),
        })
        wrote(made.id)
        return observed(made, 'read')
      }),
    update: (seen, _want, changes) => {
      const parts = changes.parts.map((part) => part.key)
      return cloud.write(
        `update ${name} ${seen.key}`,
        () => {
          const object = get(seen.id, 'update')
          for (const part of changes.parts) for (const owner of part.owners) names.set(owner.uid, owner.name)
          wrote(object.id)
          apply(object, changes)
          return observed(object, 'read')
        },
        parts,
      )
    },
    delete: (seen) =>
      cloud.write(`delete ${name} ${seen.key}`, () => void cloud.objects.delete(get(seen.id, 'delete').id)),
    ...more,
  }
}

export function toyProvider(cloud: ToyCloud, clock: Clock, options: ToyOptions = {}): Provider {
  const { busyMs = 0 } = options
  const lock = busyMs > 0 ? 'root' : 'self'
  const fenceSpec = { Name: 'fence' }
  return {
    name: 'toy',
    annotations: {},
    can: {
      mixedProtocols: true,
      sourceRanges: true,
      internal: false,
      tls: false,
      proxyProtocol: false,
      udp: true,
      ipv6: false,
      dualStack: false,
      sctp: false,
      requestedAddress: false,
      sessionAffinity: false,
    },
    kinds: {
      balancer: kind(cloud, clock, 'balancer', { servesTraffic: true, repair: 'recreate', lock }, busyMs),
      fence: kind(cloud, clock, 'fence', { pack: packRules, packedFields: ['To'] }),
    },
    foreignFinalizers: [],
    classes: [],
    facts: { schema: async () => v.strictObject({}), answer: ({ key, what }) => ({ key, unknown: what }) },
    ...(options.together === true ? { joins: () => ['shared'] } : {}),
    lookups: () => [],
    lookup: async () => [],
    desired(lb, context) {
      const balancer: Resource = {
        ...balancerOf(lb, options),
        spec: {
          Name:
            options.together === true
              ? balancerOf(lb, options).key
              : `${lb.name}-${balancerOf(lb, options).key}`,
          Ports: lb.ports.map((port) => port.port),
        },
        parts: targets(lb, context),
        owners: [lb.owner],
        origins: { Ports: 'spec.ports' },
      }
      const fence: Resource = {
        stack: 'shared',
        kind: 'fence',
        key: 'fence',
        spec: fenceSpec,
        parts: rules(lb, balancer, options),
        owners: [lb.owner],
      }
      return { resources: [balancer, fence], problems: [] }
    },
    shared: (to) => ({ ...to, spec: fenceSpec, owners: [] }),
    follow: (observed, context) =>
      observed
        .filter((object) => object.kind === 'balancer')
        .map((object) => ({
          ...object,
          parts: Object.fromEntries(
            context.nodes.map((node) => [
              node.name,
              { spec: { Node: node.name }, owners: object.owners, path: `node/${node.name}` },
            ]),
          ),
        })),
    statusOf(_owner, observed, outcome, current) {
      const balancer = observed.find((object) => object.kind === 'balancer')
      if (balancer === undefined || (!outcome.converged && current.ingress === undefined))
        return outcome.deleting ? {} : current
      return { ingress: [{ hostname: balancer.out['address'] ?? '' }] }
    },
  }
}
