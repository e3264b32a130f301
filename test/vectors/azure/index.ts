import type { CloudVectors } from '../vector.ts'

export const azure: CloudVectors = {
  cloud: 'azure',
  graded: () => 'objects',
  compare: () => undefined,
  listed: {},
}
