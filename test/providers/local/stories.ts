import { isTrue, type Story } from '../../conformance/subject.ts'

const pool = 'local.lb-controller.io/pool'

/** What only this provider has. */
export const stories: readonly Story[] = [
  {
    name: 'move to another pool',
    before: (bed) => void bed.apply('web'),
    act: (bed) => void bed.edit('web', { metadata: { annotations: { [pool]: 'edge' } } }),
    over: (bed) => isTrue(bed, 'web') && bed.address('web')?.startsWith('127.14.241.') === true,
  },
  {
    name: 'two Services share an address',
    before: () => {},
    act: (bed) => {
      bed.apply('web', {}, { 'lb-controller.io/group': 'edge' })
      bed.apply(
        'api',
        { ports: [{ name: 'api', port: 81, protocol: 'TCP' }] },
        { 'lb-controller.io/group': 'edge' },
      )
    },
    over: (bed) => isTrue(bed, 'web') && isTrue(bed, 'api') && bed.address('web') === bed.address('api'),
  },
  {
    name: 'leave a shared address',
    before: (bed) => {
      bed.apply('web', {}, { 'lb-controller.io/group': 'edge' })
      bed.apply(
        'api',
        { ports: [{ name: 'api', port: 81, protocol: 'TCP' }] },
        { 'lb-controller.io/group': 'edge' },
      )
    },
    act: (bed) => void bed.edit('web', { metadata: { annotations: { 'lb-controller.io/group': null } } }),
    over: (bed) => isTrue(bed, 'web') && isTrue(bed, 'api') && bed.address('web') !== bed.address('api'),
  },
]
