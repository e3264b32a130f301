import {
  type AnnotationTable,
  type AnyKeyed,
  type AnySettings,
  type Keyed,
  keyedOf,
  type Settings,
  settingsOf,
} from '../../src/model/annotations.ts'
import { sharedAnnotations } from '../../src/model/shared-annotations.ts'
import { groupRows } from './annotations-groups.ts'
import { listenerRows } from './annotations-listeners.ts'
import { networkRows } from './annotations-network.ts'
import { targetRows } from './annotations-targets.ts'

/** The keys of this provider by the names that `desired` reads them under. */
export const rows = {
  ...networkRows,
  ...listenerRows,
  ...targetRows,
  ...groupRows,
} satisfies AnnotationTable

/** Every key of the two controllers for AWS, with an honest verdict. */
export const awsAnnotations: AnnotationTable = { ...rows, ...sharedAnnotations }

export type RowName = keyof typeof rows
export type AwsSettings = Settings<typeof rows>
export type AwsKeyed = Keyed<typeof rows>

export const awsSettings = (lb: { readonly settings: AnySettings }): AwsSettings => settingsOf(rows, lb)

/** Of families of keys: by row, then by port or by `<PROTOCOL>-<port>`. */
export const awsKeyed = (lb: { readonly keyed: AnyKeyed }): AwsKeyed => keyedOf(rows, lb)
