import { isTrue, type Story } from '../../conformance/subject.ts'
import type { Bed } from '../../support/bed.ts'
import { nextSpec, webSpec, weighted } from './weighted-objects.ts'

const both = (bed: Bed): void => {
  bed.apply('next', nextSpec())
  bed.apply('web', webSpec, weighted({ web: 80, next: 20 }))
}

/** Connections divided among Services, killed wherever the division changes. */
export const weightedStories: readonly Story[] = [
  {
    name: 'a share for another Service',
    before: (bed) => {
      bed.apply('next', nextSpec())
      bed.apply('web', webSpec)
    },
    act: (bed) => void bed.edit('web', { metadata: { annotations: weighted({ web: 80, next: 20 }) } }),
    over: (bed) => isTrue(bed, 'web'),
  },
  {
    name: 'another node port of the other Service',
    before: both,
    act: (bed) => void bed.edit('next', { spec: nextSpec(30_095) }),
    over: (bed) => isTrue(bed, 'web'),
  },
  {
    name: 'all to the other Service, and back by another one of its name',
    before: both,
    act: (bed) => {
      bed.edit('web', { metadata: { annotations: weighted({ next: 1 }) } })
      bed.delete('next')
      bed.apply('next', nextSpec(30_096))
    },
    over: (bed) => isTrue(bed, 'web'),
  },
  {
    name: 'delete with a share for another Service',
    before: both,
    act: (bed) => bed.delete('web'),
    over: (bed) => bed.service('web') === undefined,
  },
]
