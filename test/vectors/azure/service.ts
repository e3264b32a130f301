import { createBlueprint } from '../../../providers/azure/blueprint.ts'
import { azureAnnotations } from '../../../providers/azure/annotations.ts'
import type { AzureConfig } from '../../../providers/azure/config.ts'
import { parseAddress } from '../../../src/lib/ip.ts'
import { fromService, type FromService } from '../../../src/model/from-service.ts'
import type { Family } from '../../../src/model/load-balancer.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'

/** The peer's tests leave out what the API server would have filled in. */
export interface Completion {
  /** Where the case shows addresses instead of `ipFamilies`. */
  readonly families?: readonly Family[]
  readonly config?: Partial<AzureConfig>
}

/** A Service of a case as the API server would show it. */
export function completed(
  given: ServiceObject | null | undefined,
  { families }: Completion = {},
): ServiceObject {
  const { metadata, spec, ...rest } = given ?? { metadata: undefined, spec: undefined }
  const listed = spec?.ports ?? []
  const ports = listed.length > 0 ? listed : [{ name: 'http', protocol: 'TCP', port: 80, nodePort: 30_080 }]
  const wanted = families ?? spec?.ipFamilies
  const several = new Set(wanted).size > 1
  return {
    ...rest,
    metadata: { namespace: 'default', ...metadata, name: metadata?.name ?? 'svc' },
    spec: {
      ...spec,
      type: 'LoadBalancer',
      ...(spec?.externalTrafficPolicy === 'Local' && spec.healthCheckNodePort === undefined
        ? { healthCheckNodePort: 32_000 }
        : {}),
      ports: ports.map((port, at) => ({ ...port, nodePort: port.nodePort ?? 30_000 + at })),
      ...(wanted === undefined || wanted.length === 0
        ? {}
        : { ipFamilies: [...new Set(wanted)], ipFamilyPolicy: several ? 'RequireDualStack' : 'SingleStack' }),
    },
  }
}

export function read(given: ServiceObject | null | undefined, more: Completion = {}): FromService {
  const { can } = createBlueprint(more.config ?? {})
  const service = completed(given, more)
  return fromService(service, { provider: 'azure', table: azureAnnotations, can, origin: 'cluster' })
}

/** The families of addresses, IPv4 first. */
export const familiesIn = (addresses: readonly string[]): readonly Family[] => {
  const found = new Set(addresses.flatMap((text) => familyOf(text) ?? []))
  return (['IPv4', 'IPv6'] as const).filter((family) => found.has(family))
}

export function familyOf(text: string): Family | undefined {
  const parsed = parseAddress(text)
  return parsed.ok ? parsed.value.family : undefined
}
