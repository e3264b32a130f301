import type { AnnotationSpec, PortableKey, ValueType, Verdict } from './annotations.ts'

/** What may be left out: the verdict, where the key is honoured. */
type Row<T> = Omit<AnnotationSpec<T>, 'verdict'> & { readonly verdict?: Verdict }

export const row = <T>(spec: Row<T>): AnnotationSpec<T> => ({ verdict: { is: 'implemented' }, ...spec })

/** Rows of keys that begin alike, each in one line of words: the key, its values, what holds without it, an example. */
export const rowsUnder =
  (prefix: string) =>
  <T>(
    suffix: string,
    type: ValueType<T>,
    fallback: string,
    example: string,
    doc: string,
    portable?: AnnotationSpec<T>['portable'],
  ): AnnotationSpec<T> =>
    row({
      key: `${prefix}${suffix}`,
      type,
      default: fallback,
      example,
      doc,
      ...(portable === undefined ? {} : { portable }),
    })

type Said<T> = Pick<Row<T>, 'default' | 'verdict'> & Partial<Pick<Row<T>, 'doc' | 'example'>>

/** A portable key that no key of the cloud's own sets. `type` is said where the cloud takes other values. */
export function portableRow<T>(
  of: PortableKey<unknown>,
  said: Said<T> & { readonly type: ValueType<T> },
): AnnotationSpec<T>
export function portableRow<T>(of: PortableKey<T>, said: Said<T>): AnnotationSpec<T>
export function portableRow(of: PortableKey<unknown>, said: Said<unknown>): AnnotationSpec<unknown> {
  return row({ ...of, ...said })
}
