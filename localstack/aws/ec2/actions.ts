import type { Actions } from '../action.ts'
import { addressActions } from './addresses.ts'
import { changeRuleActions } from './change-rules.ts'
import { instanceActions } from './instances.ts'
import { networkActions } from './network.ts'
import { networkInterfaceActions } from './network-interfaces.ts'
import { securityGroupActions } from './security-groups.ts'
import { securityGroupRuleActions } from './security-group-rules.ts'
import { prefixListActions } from './prefix-lists.ts'
import { tagActions } from './tags.ts'

export const ec2Actions: Actions = {
  ...networkActions,
  ...securityGroupActions,
  ...securityGroupRuleActions,
  ...changeRuleActions,
  ...tagActions,
  ...instanceActions,
  ...networkInterfaceActions,
  ...addressActions,
  ...prefixListActions,
}
