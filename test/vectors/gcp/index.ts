import type { CloudVectors } from '../vector.ts'

export const gcp: CloudVectors = {
  cloud: 'gcp',
  graded: () => 'objects',
  compare: () => undefined,
  listed: {},
}
