import type { AnnotationSpec, ValueType } from '../../src/model/annotations.ts'
import { rowsUnder } from '../../src/model/annotation-row.ts'
import { integer } from '../../src/model/value-integer.ts'

export const beta = 'service.beta.kubernetes.io/'
export const prefix = `${beta}aws-load-balancer-`

export const row = rowsUnder(prefix)

/** `family` of keys with a variable part: `form` is the part's pattern, `<name>` how the docs write it. */
export const family = <T>(spec: AnnotationSpec<T>, name: string, form: string): AnnotationSpec<T> => ({
  ...spec,
  key: `${spec.key}.${name}`,
  family: new RegExp(`^${spec.key.replaceAll('.', '\\.')}\\.(?<at>${form})$`),
})

export const seconds = (min: number, max: number): ValueType<number> => integer({ min, max, unit: 'seconds' })
export const threshold = integer({ min: 2, max: 10, unit: 'checks in a row' })
