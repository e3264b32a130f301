import { row as anyRow } from '../../src/model/annotation-row.ts'
import type { AnnotationSpec } from '../../src/model/annotations.ts'
import { text } from '../../src/model/value-text.ts'

export const prefix = 'loadbalancer.openstack.org/'

/** A key of cloud-provider-openstack that this provider honours. */
export const row = <T>({ key, ...rest }: Omit<AnnotationSpec<T>, 'verdict'>): AnnotationSpec<T> =>
  anyRow({ key: `${prefix}${key}`, ...rest })

export const word = (accepts: string, maxLength = 255) => text({ accepts, pattern: /^\S+$/, maxLength })
export const id = (what: string) => word(`the id of ${what}`)
