import { azureAnnotations, azureKeyed, azureSettings } from '../../../providers/azure/annotations.ts'
import { wireProtocol } from '../../../providers/azure/security-group/names.ts'
import { askedIn } from '../../../providers/azure/pinned.ts'
import { tagsOn } from '../../../providers/azure/tags.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { indexOf } from '../../../src/model/table-index.ts'
import type { LoadBalancer } from '../../../src/model/load-balancer.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { hasError } from '../../../src/model/problem.ts'
import type { Compare, Vector } from '../vector.ts'
import { differences } from './differences.ts'
import { read } from './service.ts'
import { familyWanted } from './wish.ts'

export const families: Compare = (one) => {
  const found = read(one.service).lb?.families ?? []
  return differences(one.expected, { v4Enabled: found.includes('IPv4'), v6Enabled: found.includes('IPv6') })
}

export const requestedAddress: Compare = (one) => {
  const { lb } = read(one.service)
  const asked = lb === undefined ? undefined : askedIn({ lb, settings: azureSettings(lb) }, familyWanted(one))
  return differences(one.expected, { ip: asked?.ip ?? '' })
}

interface Arguments {
  readonly service?: ServiceObject
  readonly annotations?: Readonly<Record<string, string>>
  readonly port?: number
  readonly key?: string
  readonly value?: string
}

const argumentsOf = ({ context }: Vector): Arguments => context['args'] ?? {}

const withAnnotations = (annotations: Readonly<Record<string, string>> = {}): ServiceObject => ({
  metadata: { name: 'svc', annotations },
})

/** Whether a setting that is true or false is true. */
export const truth =
  (pick: (settings: ReturnType<typeof azureSettings>) => { readonly value: boolean } | undefined): Compare =>
  (one) => {
    const { service, annotations } = argumentsOf(one)
    const { lb } = read(service ?? one.service ?? withAnnotations(annotations))
    return differences(one.expected, { value: lb !== undefined && pick(azureSettings(lb))?.value === true })
  }

/** The peer compares an annotation with a text in any case; we read it by its row. */
export const booleanMatch: Compare = (one) => {
  const { annotations = {}, key = '', value = '' } = argumentsOf(one)
  const name = indexOf(azureAnnotations).nameOf(key)
  const { lb } = read(withAnnotations(annotations))
  const found = name === undefined ? undefined : lb?.settings[name]?.value
  return differences(one.expected, {
    value: found === (value.toLowerCase() === 'true'),
  })
}

const probeRows: Readonly<Record<string, 'portProbeThreshold' | 'portProbeInterval'>> = {
  'num-of-probe': 'portProbeThreshold',
  interval: 'portProbeInterval',
}

export const portNumber: Compare = (one) => {
  const { annotations, port = 0, key = '' } = argumentsOf(one)
  const { lb, problems } = read(withAnnotations(annotations))
  const row = probeRows[key]
  const value = row === undefined || lb === undefined ? undefined : azureKeyed(lb)[row]?.[`${port}`]?.value
  return differences(one.expected, { err: hasError(problems), value })
}

const folded = (tags: JsonObject = {}): JsonObject =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value]))

/** Tags as one text and as a map; the map outranks. Names that differ in case only are one name. */
export const tags: Compare = (one) => {
  const { tags: text, tagsMap } = one.context as {
    readonly tags?: string
    readonly tagsMap?: Readonly<Record<string, string>>
  }
  const row = azureAnnotations['publicIPTags']
  const parsed = text === undefined || text.trim() === '' ? undefined : row?.type.parse(text)
  const listed = parsed?.ok === true ? (parsed.value as Readonly<Record<string, string>>) : {}
  const expected = one.expected as { readonly tags?: JsonObject }
  return differences(folded(expected.tags), folded(tagsOn(undefined, listed, tagsMap)), 'tags')
}

/** What a protocol of Kubernetes is called in the security group; who asks for another one is refused. */
export const protocols: Compare = (one) => {
  const { protocol } = one.context as { readonly protocol: string }
  const ports = [{ name: 'p', protocol, port: 80, nodePort: 30_080 }]
  const { lb } = read({ metadata: { name: 'svc' }, spec: { ports } })
  const [port] = lb?.ports ?? []
  const expected = one.expected as { readonly errMsg?: unknown; readonly securityGroupProto?: unknown }
  const known = port !== undefined && port.protocol === protocol
  return [
    ...differences(expected.errMsg !== undefined && expected.errMsg !== null, !known, 'error'),
    ...differences(expected.securityGroupProto, known ? wireOf(port) : undefined, 'securityGroupProto'),
  ]
}

const wireOf = ({ protocol }: LoadBalancer['ports'][number]): string => wireProtocol[protocol]
