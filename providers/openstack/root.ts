import { plainText } from './plain-text.ts'
import { isObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, note, type Problem } from '../../src/model/problem.ts'
import type { Observed } from '../../src/plan/resource.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import type { OpenStackSettings } from './annotations.ts'
import type { OpenStackConfig } from './config.ts'
import { clusterIn, namesService } from './names.ts'
import { clusterTag } from './tags.ts'

/** Which load balancer a Service is on: the root that everything within is locked by. */
export interface Root {
  /**
   * `own`: the Service's. `group`: shared by annotation. `adopted`: made for this Service by another controller.
   * `foreign`: named by id, and only our listeners on it are ours.
   */
  readonly is: 'own' | 'group' | 'adopted' | 'foreign'
  readonly stack: string
  /** As a tag says it; undefined while the uid of the Service is not known. */
  readonly stackTag: string | undefined
  readonly key: string
  /** The name of the group or the id. */
  readonly name?: string
  readonly path?: string
  readonly observed?: Observed
  /** Of one that is adopted: what the cluster was called when it was made. */
  readonly formerCluster?: string
  readonly problems: readonly Problem[]
}

interface RootOf {
  readonly config: OpenStackConfig
  readonly context: Context
  readonly internal: boolean
  readonly address: { readonly value: string } | undefined
}

export function rootOf(lb: LoadBalancer, settings: OpenStackSettings, of: RootOf): Root {
  const { group, loadBalancerId } = settings
  if (loadBalancerId !== undefined) {
    const root = namedRoot(lb, loadBalancerId, of)
    return group === undefined
      ? root
      : { ...root, problems: [...root.problems, both(group.path, group.value, loadBalancerId.key)] }
  }
  if (group !== undefined) {
    // Internal ones apart: a listener is open to whoever reaches any address of its load balancer.
    const stack = `group/${group.value}/${of.internal ? 'internal' : 'external'}`
    const observed = find(of.context, stack)
    return {
      is: 'group',
      stack,
      stackTag: stack,
      key: 'vip',
      name: group.value,
      path: group.path,
      ...(observed === undefined ? {} : { observed }),
      problems: full(lb, observed, of.config, group.path),
    }
  }
  const stack = lb.owner.uid
  const observed = find(of.context, stack)
  return {
    is: 'own',
    stack,
    stackTag: lb.uid,
    key: placeKey(settings, of),
    ...(observed === undefined ? {} : { observed }),
    problems: [],
  }
}

const find = (context: Context, stack: string): Observed | undefined =>
  context.observed.find((item) => item.kind === 'load-balancer' && item.stack === stack)

/** What of a load balancer cannot change in place, as far as it is asked for: a move makes another one beside. */
function placeKey(
  { portId, subnetId, networkId, class: named }: OpenStackSettings,
  { internal, address, config }: RootOf,
): string {
  const ofClass = named === undefined ? undefined : config.classes[named.value]
  const placed = ofClass?.subnetId !== undefined || ofClass?.networkId !== undefined
  const parts = [
    ['class', placed ? named?.value : undefined],
    ['port', portId?.value],
    ['subnet', subnetId?.value],
    ['network', networkId?.value],
    ['address', internal ? address?.value : undefined],
  ].flatMap(([what, value]) => (value === undefined ? [] : [`${what}=${value}`]))
  return parts.length === 0 ? 'vip' : parts.join(',')
}

const both = (path: string, value: string, other: string): Problem =>
  error(
    'LB_ANNOTATION_CONFLICT',
    path,
    `this asks for something else than ${other}: one load balancer for a group`,
    {
      value,
      accepted: 'one of the two keys',
      hint: `remove ${other}, or the group`,
    },
  )

function namedRoot(
  lb: LoadBalancer,
  { value: id, path }: { readonly value: string; readonly path: string },
  { config, context, internal }: RootOf,
): Root {
  const stack = `load-balancer/${id}`
  const observed = context.observed.find((item) => item.kind === 'load-balancer' && item.id === id)
  const base = {
    stack: observed?.stack ?? stack,
    stackTag: observed?.stack ?? stack,
    key: observed?.key ?? id,
    name: id,
    path,
  }
  if (observed === undefined) return { ...base, is: 'foreign', problems: [unseen(id, path)] }
  const madeAs = plainText(observed.spec['name'])
  const adopted = namesService(madeAs, lb) && !ofAnother(observed, context.cluster)
  const former = adopted ? clusterIn(madeAs) : undefined
  const cluster = config.clusterName ?? context.cluster.name
  return {
    ...base,
    is: adopted ? 'adopted' : 'foreign',
    observed,
    ...(former === undefined || former === cluster ? {} : { formerCluster: former }),
    problems: [
      ...full(lb, observed, config, path),
      ...(internal && !adopted ? [exposed(id, path)] : []),
      ...(former === undefined || former === cluster ? [] : [renamed(former, cluster, path)]),
    ],
  }
}

/** A name may be anybody's; the mark of another cluster is that cluster's. */
function ofAnother(observed: Observed, cluster: Context['cluster']): boolean {
  const tags = observed.spec['tags']
  const mark = isObject(tags) ? tags[clusterTag] : undefined
  return mark !== undefined && mark !== cluster.uid
}

const renamed = (from: string, to: string, path: string): Problem =>
  note(
    'LB_OPENSTACK_RENAMED',
    path,
    `the load balancer was made for this Service in a cluster called ${from}; its name and marks become those of ${to}`,
    {
      value: from,
      hint: 'remove the annotation if another cluster still serves by it',
    },
  )

const unseen = (id: string, path: string): Problem =>
  note('LB_OPENSTACK_SHARED_UNSEEN', path, 'what is on this load balancer already is known at apply', {
    value: id,
    hint: 'give it in the facts, under existing: load-balancer',
  })

const exposed = (id: string, path: string): Problem =>
  error(
    'LB_OPENSTACK_SHARE_INTERNAL',
    path,
    'an internal Service cannot share this load balancer: who reaches its address reaches every port on it',
    {
      value: id,
      hint: 'give the Service a load balancer of its own, or put internal Services in one lb-controller.io/group',
    },
  )

/** A driver is chosen at creation: what is there keeps the one it has, whatever the settings say by now. */
export const driverOf = ({ observed }: Root, { lbProvider }: OpenStackConfig): string => {
  const driver = plainText(observed?.spec['provider'])
  return driver === '' ? lbProvider : driver
}

/** The subnet that one of ours stands in already. */
export function standsIn({ is, observed }: Root): string | undefined {
  const subnet = is === 'own' || is === 'group' ? observed?.spec['vip_subnet_id'] : undefined
  return typeof subnet === 'string' ? subnet : undefined
}

/** Every Service on it has a part there. */
function full(
  lb: LoadBalancer,
  observed: Observed | undefined,
  { maxSharedLb }: OpenStackConfig,
  path: string,
): readonly Problem[] {
  const owners = Object.values(observed?.parts ?? {}).flatMap((part) => part.owners)
  const names = [...new Map(owners.map((owner) => [owner.uid, owner.name])).values()]
  if (names.length < maxSharedLb || owners.some(({ uid }) => uid === lb.owner.uid)) return []
  return [
    error(
      'LB_OPENSTACK_SHARE_FULL',
      path,
      `the load balancer is shared by ${names.toSorted().join(', ')}, and openstack.maxSharedLb is ${maxSharedLb}`,
      {
        value: String(names.length),
        accepted: `at most ${maxSharedLb} Services`,
        hint: 'choose another group, or raise the setting',
      },
    ),
  ]
}
