import type { CloudVectors, Compare } from '../vector.ts'
import * as access from './access-control.ts'
import { securityGroup } from './security-group.ts'

const comparisons: Readonly<Record<string, Compare>> = {
  'securityGroup.reconcile': securityGroup,
  'securityGroup.patch': securityGroup,
  'accessControl.allowFromInternet': access.allowFromInternet,
  'accessControl.denyAllExcept': access.denyAllExcept,
  'accessControl.allowedRanges': access.allowedRanges,
  'accessControl.allowedServiceTags': access.allowedServiceTags,
  'accessControl.new': access.newAccessControl,
}

export const azure: CloudVectors = {
  cloud: 'azure',
  graded: (file) =>
    file.endsWith('naming.json')
      ? 'naming'
      : file.endsWith('annotations-and-utils.json')
        ? 'helpers'
        : 'objects',
  compare: ({ operation }) => comparisons[operation ?? ''],
  listed: {},
}
