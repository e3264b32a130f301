import type { AnnotationSpec, PortableKey, ValueType } from '../../src/model/annotations.ts'
import type { takes } from '../../src/model/portable.ts'

const beta = 'service.beta.kubernetes.io/'

/** A key under `service.beta.kubernetes.io/azure-` that this provider honours. */
export function row<T>(
  suffix: string,
  type: ValueType<T>,
  fallback: string,
  example: string,
  doc: string,
  portable?: ReturnType<typeof takes<never, T>>,
): AnnotationSpec<T> {
  return {
    key: `${beta}azure-${suffix}`,
    type,
    verdict: { is: 'implemented' },
    doc,
    default: fallback,
    example,
    ...(portable === undefined ? {} : { portable }),
  }
}

/** A key for one port of the Service: `service.beta.kubernetes.io/port_443_health-probe_interval`. */
export const portRow = <T>(
  suffix: string,
  type: ValueType<T>,
  fallback: string,
  example: string,
  doc: string,
): AnnotationSpec<T> => ({
  key: `${beta}port_<port>_${suffix}`,
  family: new RegExp(`^service\\.beta\\.kubernetes\\.io/port_(?<at>\\d+)_${suffix}$`),
  type,
  verdict: { is: 'implemented' },
  doc,
  default: fallback,
  example,
})

/** A portable key that no key of Azure's own sets: a row of its own. */
export const portableRow = <T>(
  { key, type, doc, example }: PortableKey<T>,
  fallback: string,
  verdict: AnnotationSpec<T>['verdict'] = { is: 'implemented' },
): AnnotationSpec<T> => ({ key, type, verdict, doc, default: fallback, example })
