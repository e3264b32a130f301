import { gcpAnnotations, gcpSettings } from '../../../providers/gcp/annotations.ts'
import { defaultConfig } from '../../../providers/gcp/config.ts'
import { gcpClasses, schemeOf } from '../../../providers/gcp/scheme.ts'
import { equal, isObject, type JsonObject } from '../../../src/lib/json.ts'
import { readAnnotations } from '../../../src/model/annotation-reader.ts'
import { fromService } from '../../../src/model/from-service.ts'
import { familiesOf } from '../../../src/model/service-families.ts'
import { indexOf } from '../../../src/model/table-index.ts'
import type { Compare } from '../vector.ts'
import { blueprintWith, differences, wholeService } from './planned.ts'

const wanted = (expected: unknown): JsonObject => (isObject(expected) ? expected : {})
const read = (annotations: Readonly<Record<string, string>> = {}) =>
  readAnnotations(gcpAnnotations, annotations, 'gcp')

/** What controllers write by themselves. */
const isBookkeeping = (key: string): boolean => {
  const verdict = gcpAnnotations[indexOf(gcpAnnotations).nameOf(key) ?? '']?.verdict
  return verdict?.is === 'ignored' && verdict.harmless === 'all'
}

function without(service: unknown): unknown {
  const metadata = isObject(service) && isObject(service['metadata']) ? service['metadata'] : {}
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {}
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !isBookkeeping(key)))
}

const family =
  (name: 'IPv4' | 'IPv6', field: string): Compare =>
  ({ service, expected }) =>
    differences(
      field,
      familiesOf(service?.spec ?? {}, blueprintWith({}).can).families.includes(name),
      wanted(expected)[field],
    )

const wantsExternal: Compare = ({ service, expected }) => {
  const answer = (): boolean => {
    if (service === null || service === undefined || service.spec?.type !== 'LoadBalancer') return false
    const { loadBalancerClass } = service.spec
    if (loadBalancerClass !== undefined && !gcpClasses.includes(loadBalancerClass)) return false
    const { can, annotations: table } = blueprintWith({})
    const { lb } = fromService(wholeService(service), { provider: 'gcp', table, can, origin: 'file' })
    return lb !== undefined && schemeOf(lb, gcpSettings(lb), defaultConfig).scheme === 'external'
  }
  return differences('value', answer(), wanted(expected)['value'])
}

export const annotationCompares: Readonly<Record<string, Compare>> = {
  'annotation.ipCollection': ({ service, expected }) => {
    const { settings } = read(service?.metadata?.annotations)
    return differences('value', settings['ipCollection']?.value ?? '', wanted(expected)['value'])
  },
  'annotation.strongSessionAffinity': ({ service, expected }) => {
    const { settings } = read(service?.metadata?.annotations)
    return differences('value', settings['strongAffinity'] !== undefined, wanted(expected)['value'])
  },
  'annotation.rbs': ({ service, expected }) => {
    const annotations = service?.metadata?.annotations
    const row = gcpAnnotations['regionalBackend']
    const asked = annotations?.[row?.key ?? ''] !== undefined && read(annotations).problems.length === 0
    return differences('value', asked, wanted(expected)['value'])
  },
  'annotation.onlyStatusChanged': ({ context, expected }) =>
    differences(
      'result',
      equal(without(context['service1']), without(context['service2'])),
      wanted(expected)['result'],
    ),
  'service.wantsNetLB': wantsExternal,
  'ipFamilies.needsIPv4': family('IPv4', 'needsIPv4'),
  'ipFamilies.needsIPv6': family('IPv6', 'needsIPv6'),
}
