/** Who a plan lets in, read from the clouds' own fields and apart from the code that wrote them. */
import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts'
import type { Step } from '../../src/plan/plan.ts'
import { readRange, type Range } from './ranges.ts'

/** Fields that name sources, of all clouds: a text or a list of them. */
const sourceFields = new Set([
  'CidrIp', // AWS: rules of a security group
  'CidrIpv6',
  'sourceRanges', // GCP: firewalls
  'sourceAddressPrefix', // Azure: rules of a security group
  'sourceAddressPrefixes',
  'allowed_cidrs', // OpenStack: listeners
  'remote_ip_prefix', // OpenStack: rules of a security group
  'sources', // the local balancer: listeners
])

/** Google's health checks and proxies, and Azure's own probes: traffic that no client sends. */
const ofTheCloud: ReadonlySet<string> = new Set([
  '130.211.0.0/22',
  '35.191.0.0/16',
  '209.85.152.0/22',
  '209.85.204.0/22',
  '2600:2d00:1:b029::/64',
  '2600:1901:8001::/48',
  'AzureLoadBalancer',
])

/** Names that clouds have for everybody. */
const everybody: ReadonlyMap<string, readonly string[]> = new Map([
  ['*', ['0.0.0.0/0', '::/0']],
  ['Internet', ['0.0.0.0/0', '::/0']],
])

export interface Let {
  /** Ranges, with `*` and the like spelled out. */
  readonly ranges: readonly string[]
  /** Those that the facts name: the networks of nodes and load balancers. */
  readonly own: ReadonlySet<string>
  /** What is no range: a service tag. */
  readonly names: readonly string[]
}

/** Without what the cloud itself sends. */
export function letIn(steps: readonly Step[], facts: Json): Let {
  const own = new Set(rangesIn(facts).filter((text) => !text.endsWith('/0')))
  const specs = steps.flatMap(({ after, parts = [] }) => [after, ...parts.map((part) => part.after)])
  const sources = specs
    .flatMap((spec) => (spec === undefined ? [] : sourcesIn(spec)))
    .filter((source) => !ofTheCloud.has(source))
    .flatMap((source) => everybody.get(source) ?? [withPrefix(source)])
  const { ranges = [], names = [] } = Object.groupBy(new Set(sources), (source) =>
    readRange(source) === undefined ? 'names' : 'ranges',
  )
  return { ranges, own, names }
}

/** A service tag may be spelled in hexadecimal digits alone; an address has a dot or a colon. */
const withPrefix = (text: string): string =>
  text.includes('/') || !/^[\da-f]*[.:][\d.:a-f]*$/i.test(text)
    ? text
    : `${text}/${text.includes(':') ? 128 : 32}`

function sourcesIn(spec: JsonObject): readonly string[] {
  if (spec['denied'] !== undefined || spec['access'] === 'Deny') return []
  return Object.entries(spec).flatMap(([field, value]): readonly string[] => {
    if (sourceFields.has(field)) return textsIn(value)
    return isObject(value)
      ? sourcesIn(value)
      : Array.isArray(value)
        ? value.filter(isObject).flatMap(sourcesIn)
        : []
  })
}

const textsIn = (value: Json): readonly string[] =>
  typeof value === 'string'
    ? value === ''
      ? []
      : [value]
    : Array.isArray(value)
      ? value.flatMap(textsIn)
      : []

function rangesIn(value: Json): readonly string[] {
  if (typeof value === 'string') return readRange(value) === undefined ? [] : [value]
  return Object.values(isObject(value) || Array.isArray(value) ? (value as JsonObject) : {}).flatMap(rangesIn)
}

export const readAll = (texts: readonly string[]): readonly Range[] =>
  texts.flatMap((text) => readRange(text) ?? [])
