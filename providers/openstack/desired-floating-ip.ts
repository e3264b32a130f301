import type { JsonObject } from '../../src/lib/json.ts'
import { emulated, note, type Problem } from '../../src/model/problem.ts'
import { type Part, ref, refOf, type Resource } from '../../src/plan/resource.ts'
import { ownerPart, tagOrigins } from './desired-load-balancer.ts'
import { keepTag, keyTag, ownerKey, stackTag } from './tags.ts'
import type { FloatingWish, Wish } from './wish.ts'

/** What a floating IP that is there already is known by. */
const floatingStack = (address: string): string => `floating-ip/${address}`

/**
 * One for the load balancer. That which a Service names is taken as it is where it exists: our attachment is a part of
 * it, and it stays when the Service goes. One that we make for a named address stays too: somebody wrote it down.
 */
export function desiredFloatingIp(wish: Wish, listeners: readonly Resource[]): readonly Resource[] {
  const { floating, balancer, lb, settings, root } = wish
  if (floating === undefined) return []
  const { address } = floating
  // A part, so that it goes when the Service turns internal, also where the floating IP itself stays.
  const port: Part = {
    spec: { port_id: ref(balancer, 'vip_port_id') },
    owners: [lb.owner],
    ...(address === undefined ? {} : { path: address.path }),
  }
  const marked = { port, [ownerKey(lb.owner.name)]: ownerPart(wish) }
  // Nobody comes in before it is settled who may.
  const needs = [balancer, ...listeners.map(refOf)]
  if (address !== undefined && floating.exists !== false)
    return [
      {
        stack: floatingStack(address.value),
        kind: 'floating-ip',
        key: address.value,
        spec: {},
        parts: marked,
        needs,
        owners: [lb.owner],
        body: 'foreign',
        purpose: `the floating IP ${address.value}, attached to the load balancer`,
      },
    ]
  const identity =
    address === undefined
      ? { stack: balancer.stack, key: 'vip' }
      : { stack: floatingStack(address.value), key: address.value }
  return [
    {
      ...identity,
      kind: 'floating-ip',
      owners: [lb.owner],
      spec: {
        floating_network_id: floating.networkId,
        ...(floating.subnetId === undefined ? {} : { subnet_id: floating.subnetId }),
        ...(address === undefined ? {} : { floating_ip_address: address.value }),
        description: descriptionOf(wish),
        tags: tagsOf(wish, identity.stack),
      },
      parts: root.is === 'group' && address === undefined ? marked : { port },
      needs,
      origins: originsOf(floating, settings),
      purpose: 'the address that clients use',
    },
  ]
}

/** The sentence that cloud-provider-openstack knows its own by. */
function descriptionOf({ root, lb, clusterName }: Wish): string {
  const whose =
    root.is === 'group' ? `services of group ${root.name ?? ''}` : `external service ${lb.owner.name}`
  return `Floating IP for Kubernetes ${whose} from cluster ${clusterName}`
}

/** One by a named address has its own Service's marks also in a group: who named it holds it. */
function tagsOf(wish: Wish, stack: string): JsonObject {
  const { root, settings, floating } = wish
  const address = floating?.address?.value
  const keeps = settings.keepFloatingIp?.value ?? address !== undefined
  const tags = root.is === 'group' && address === undefined ? wish.sharedTags('vip') : wish.tags('vip')
  return {
    ...tags,
    ...(address === undefined ? {} : { [stackTag]: stack, [keyTag]: address }),
    ...(keeps ? { [keepTag]: 'true' } : {}),
  }
}

function originsOf(floating: FloatingWish, settings: Wish['settings']): Record<string, string> {
  const { keepFloatingIp } = settings
  return {
    ...(floating.networkPath === undefined ? {} : { floating_network_id: floating.networkPath }),
    ...(floating.subnetPath === undefined ? {} : { subnet_id: floating.subnetPath }),
    ...(floating.address === undefined ? {} : { floating_ip_address: floating.address.path }),
    ...(keepFloatingIp === undefined ? {} : { [`tags.${keepTag}`]: keepFloatingIp.path }),
    ...tagOrigins(settings),
  }
}

export function floatingNotes({ floating, settings, root, internal, lb }: Wish): readonly Problem[] {
  const address = floating?.address
  const unseen =
    address !== undefined && floating?.exists === undefined
      ? [
          note(
            'LB_OPENSTACK_FLOATING_IP',
            address.path,
            `whether ${address.value} exists and is free is known at apply; it is made if it does not exist`,
            {
              value: address.value,
              hint: 'give the floating IPs of the project in the facts',
            },
          ),
        ]
      : []
  const keep = settings.keepFloatingIp
  const given =
    keep?.value === false && address !== undefined && floating?.exists === true
      ? [
          emulated(
            keep.path,
            `the floating IP ${address.value} was there before the Service and is only detached`,
          ),
        ]
      : []
  const shared =
    root.is === 'foreign' && !internal && lb.families[0] === 'IPv4'
      ? [
          emulated(
            'spec.type',
            'the load balancer is used as it is: its floating IP is published if it has one, and none is made',
          ),
        ]
      : []
  return [...unseen, ...given, ...shared]
}
