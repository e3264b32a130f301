import type { CloudVectors } from '../vector.ts'

export const aws: CloudVectors = {
  cloud: 'aws',
  graded: () => 'objects',
  compare: () => undefined,
  listed: {},
}
