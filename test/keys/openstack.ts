import { createBlueprint } from '../../providers/openstack/index.ts'
import type { CloudKeys } from './key-case.ts'

export const openstack: CloudKeys = { blueprint: createBlueprint({}), world: {}, cases: [] }
