import type { IpFamily } from '../../lib/ip.ts'
import type { ServiceObject, ServicePort, ServiceSpec } from '../../model/objects.ts'
import { headlessLabel, otherProxyLabel } from './endpoints.ts'
import type { Protocol, Row } from './row.ts'
import { readAddress } from './address.ts'
import { noteOn, type ProxyNote, type Whose } from './note.ts'
import { rangesOf } from './source-ranges.ts'
import type { TableSettings } from './settings.ts'

/**
 * A row as its Service asks for it: what others hold is not taken out yet, and endpoints are not looked at.
 * `externalLocal` is as the Service says: it has an effect only where something outside can reach the row.
 */
export type RowWish = Omit<Row, 'cluster' | 'local' | 'serving' | 'anywhere'>

export interface ServiceWish {
  readonly whose: Whose
  readonly rows: readonly RowWish[]
  readonly healthPort?: number
  readonly notes: readonly ProxyNote[]
}

const families: readonly IpFamily[] = ['IPv4', 'IPv6']
const defaultAffinitySeconds = 10_800

/** Why a Service is no business of this proxy; undefined: it is. */
export function whyIgnored({ metadata, spec }: ServiceObject, settings: TableSettings): string | undefined {
  const labels = metadata.labels ?? {}
  const { serviceProxyName: own } = settings
  if (own === undefined && otherProxyLabel in labels)
    return `the label ${otherProxyLabel} gives it to another proxy`
  if (own !== undefined && labels[otherProxyLabel] !== own)
    return `only Services with the label ${otherProxyLabel}: ${own} are served by this proxy`
  if (headlessLabel in labels) return `the label ${headlessLabel} says that it is headless`
  if (spec?.type === 'ExternalName') return 'type ExternalName is a name in DNS'
  if (settings.onlyLoadBalancer && spec?.type !== 'LoadBalancer')
    return 'only Services of type LoadBalancer are served on this node'
  if (clusterAddresses(spec ?? {}).length > 0) return undefined
  return spec?.clusterIP === 'None'
    ? 'it is headless: it has no cluster address'
    : 'it has no cluster address yet'
}

const clusterAddresses = ({ clusterIP, clusterIPs }: ServiceSpec): readonly string[] => {
  const several = clusterIPs ?? []
  const all = several.length > 0 ? several : [clusterIP ?? '']
  return all.filter((text) => text !== '' && text !== 'None')
}

/** What a Service asks of this node. Undefined: nothing, it is not ours. */
export function wishOf(service: ServiceObject, settings: TableSettings): ServiceWish | undefined {
  if (whyIgnored(service, settings) !== undefined) return undefined
  const { metadata, spec = {} } = service
  const whose: Whose = {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
  }
  const notes: ProxyNote[] = []
  const addresses = addressesOf(service, settings, whose, notes)
  const served = families.filter(
    (family) => settings.families.includes(family) && addresses.cluster[family] !== undefined,
  )
  const ranges = rangesOf(
    spec,
    whose,
    served.filter((family) => addresses.loadBalancer[family] !== undefined),
    notes,
  )
  const rows: RowWish[] = []
  for (const family of served)
    for (const port of spec.ports ?? []) {
      const protocol = protocolOf(port)
      if (protocol === undefined) continue
      const { namespace, name } = whose
      const portName = port.name ?? ''
      const [cluster] = addresses.cluster[family] ?? []
      const key = `${namespace}/${name}:${portName}/${protocol}/${family}`
      // The API server lets no two ports share a name; a row has one key all the same.
      if (rows.some((row) => row.key === key)) continue
      rows.push({
        key,
        namespace,
        name,
        portName,
        family,
        protocol,
        port: port.port,
        ...(settings.onlyLoadBalancer || cluster === undefined ? {} : { clusterAddress: cluster }),
        externalAddresses: addresses.external[family] ?? [],
        loadBalancerAddresses: addresses.loadBalancer[family] ?? [],
        ...(port.nodePort === undefined || port.nodePort === 0 ? {} : { nodePort: port.nodePort }),
        ...affinityOf(spec),
        ...(ranges === undefined ? {} : { allowedSources: ranges[family] }),
        internalLocal: spec.internalTrafficPolicy === 'Local',
        externalLocal: spec.externalTrafficPolicy === 'Local',
      })
    }
  return { whose, rows, notes, ...healthPortOf(spec) }
}

const protocols: readonly string[] = ['TCP', 'UDP', 'SCTP']

function protocolOf({ protocol = 'TCP' }: ServicePort): Protocol | undefined {
  return protocols.includes(protocol) ? (protocol as Protocol) : undefined
}

function affinityOf({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): { affinitySeconds?: number } {
  if (sessionAffinity !== 'ClientIP') return {}
  return { affinitySeconds: sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds }
}

function healthPortOf({ type, externalTrafficPolicy, healthCheckNodePort = 0 }: ServiceSpec): {
  healthPort?: number
} {
  const asked = type === 'LoadBalancer' && externalTrafficPolicy === 'Local' && healthCheckNodePort !== 0
  return asked ? { healthPort: healthCheckNodePort } : {}
}

type ByFamily = Partial<Record<IpFamily, readonly string[]>>

interface Addresses {
  readonly cluster: ByFamily
  readonly external: ByFamily
  readonly loadBalancer: ByFamily
}

/** An address that is of two kinds counts once: where it is most restricted. */
function addressesOf(
  { spec = {}, status }: ServiceObject,
  settings: TableSettings,
  whose: Whose,
  notes: ProxyNote[],
): Addresses {
  const cluster = byFamily(
    clusterAddresses(spec).map((text, at) => [text, `spec.clusterIPs[${at}]`]),
    whose,
    notes,
  )
  const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }, at): [string, string][] =>
    ip === undefined || ip === '' || (ipMode ?? 'VIP') !== 'VIP'
      ? []
      : [[ip, `status.loadBalancer.ingress[${at}].ip`]],
  )
  const loadBalancer = without(byFamily(ingress, whose, notes), cluster)
  // Load balancers that leave the destination as it is send packets to their own address; external ones are another's.
  if (settings.onlyLoadBalancer) return { cluster, loadBalancer, external: {} }
  const asked = spec.externalIPs ?? []
  if (settings.ignoreExternalAddresses && asked.length > 0)
    notes.push(
      noteOn(
        whose,
        'LB_PROXY_EXTERNAL_IGNORED',
        'spec.externalIPs',
        'external addresses are switched off on this node, so none of them is answered',
        { value: asked.join(', ') },
      ),
    )
  const external = settings.ignoreExternalAddresses
    ? {}
    : byFamily(
        asked.map((text, at) => [text, `spec.externalIPs[${at}]`]),
        whose,
        notes,
      )
  return { cluster, loadBalancer, external: without(without(external, cluster), loadBalancer) }
}

function byFamily(
  texts: readonly (readonly [text: string, path: string])[],
  whose: Whose,
  notes: ProxyNote[],
): ByFamily {
  const found: Partial<Record<IpFamily, string[]>> = {}
  for (const [text, path] of texts) {
    const read = readAddress(text)
    if (read === undefined)
      notes.push(
        noteOn(whose, 'LB_PROXY_ADDRESS_IGNORED', path, `${JSON.stringify(text)} is no IP address`, {
          value: text,
          accepted: 'an IPv4 or IPv6 address',
        }),
      )
    else if (found[read.family]?.includes(read.text) !== true) (found[read.family] ??= []).push(read.text)
  }
  return found
}

const without = (addresses: ByFamily, others: ByFamily): ByFamily =>
  Object.fromEntries(
    families.flatMap((family) => {
      const left = addresses[family]?.filter((text) => others[family]?.includes(text) !== true) ?? []
      return left.length === 0 ? [] : [[family, left]]
    }),
  )
