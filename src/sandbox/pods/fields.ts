import { cpus, totalmem } from 'node:os'
import type { Container, Pod, ResourceField } from './objects.ts'

/** What a pod can be told of itself: its addresses are known before its status says them. */
export interface PodSelf {
  readonly pod: Pod
  readonly ips: readonly string[]
  readonly hostIp: string | undefined
}

/** The value at a `fieldPath`, or undefined when there is none of that name. */
export function fieldValue({ pod, ips, hostIp = '' }: PodSelf, path: string): string | undefined {
  const { metadata, spec } = pod
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (keyed !== null) return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? ''
  const values: Readonly<Record<string, string>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? 'default',
    'metadata.uid': metadata.uid ?? '',
    'metadata.labels': listText(metadata.labels),
    'metadata.annotations': listText(metadata.annotations),
    'spec.nodeName': spec?.nodeName ?? '',
    'spec.serviceAccountName': spec?.serviceAccountName ?? 'default',
    'status.podIP': ips[0] ?? '',
    'status.podIPs': ips.join(','),
    'status.hostIP': hostIp,
    'status.hostIPs': hostIp,
  }
  return values[path]
}

const listText = (values: Readonly<Record<string, string>> = {}): string =>
  Object.entries(values)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

function quantity(text: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(String(text))
  return match === null ? undefined : Number(match[1]) * (units[match[2] ?? ''] ?? 1)
}

/** Rounded up, in units of the divisor. A limit that is not set is what the machine has. */
export function resourceValue(
  containers: readonly Container[],
  own: string,
  { containerName = own, resource, divisor = '1' }: ResourceField,
): string | undefined {
  const [kind = '', name = ''] = resource.split('.')
  if (!['limits', 'requests'].includes(kind)) return undefined
  const { limits = {}, requests = {} } = containers.find((one) => one.name === containerName)?.resources ?? {}
  const machine = { cpu: cpus().length, memory: totalmem() }[name]
  const given = kind === 'limits' ? (limits[name] ?? machine) : (requests[name] ?? limits[name] ?? 0)
  const value = given === undefined ? undefined : quantity(given)
  const unit = quantity(divisor) ?? 1
  return value === undefined ? undefined : String(Math.ceil(value / (unit === 0 ? 1 : unit)))
}
