import type { CloudVectors } from '../vector.ts'

export const openstack: CloudVectors = {
  cloud: 'openstack',
  graded: () => 'objects',
  compare: () => undefined,
  listed: {},
}
