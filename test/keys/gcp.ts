import { createBlueprint } from '../../providers/gcp/index.ts'
import type { CloudKeys } from './key-case.ts'

export const gcp: CloudKeys = { blueprint: createBlueprint({}), world: {}, cases: [] }
