import { row as anyRow, rowsUnder } from '../../src/model/annotation-row.ts'
import type { AnnotationSpec, ValueType } from '../../src/model/annotations.ts'

const beta = 'service.beta.kubernetes.io/'

/** A key under `service.beta.kubernetes.io/azure-` that this provider honours. */
export const row = rowsUnder(`${beta}azure-`)

/** A key for one port of the Service: `service.beta.kubernetes.io/port_443_health-probe_interval`. */
export const portRow = <T>(
  suffix: string,
  type: ValueType<T>,
  fallback: string,
  example: string,
  doc: string,
): AnnotationSpec<T> =>
  anyRow({
    key: `${beta}port_<port>_${suffix}`,
    family: new RegExp(`^service\\.beta\\.kubernetes\\.io/port_(?<at>\\d+)_${suffix}$`),
    type,
    doc,
    default: fallback,
    example,
  })
