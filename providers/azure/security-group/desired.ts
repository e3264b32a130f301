import type { Desired } from '../../../src/provider/blueprint.ts'
import type { Wish } from '../wish.ts'

/** The rules that let clients of one Service in. */
export const desiredSecurityGroup = (_wish: Wish): Desired => ({ resources: [], problems: [] })
