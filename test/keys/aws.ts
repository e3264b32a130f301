import { createBlueprint } from '../../providers/aws/blueprint.ts'
import type { CloudKeys } from './key-case.ts'

export const aws: CloudKeys = { blueprint: createBlueprint({}), world: {}, cases: [] }
