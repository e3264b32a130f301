import { createBlueprint } from '../../providers/azure/index.ts'
import type { CloudKeys } from './key-case.ts'

export const azure: CloudKeys = { blueprint: createBlueprint({}), world: {}, cases: [] }
