import type { Story } from '../../conformance/subject.ts'
import { isTrue } from '../../conformance/subject.ts'
import type { Bed } from '../../support/bed.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

const external = { [key('type')]: 'external' }

const nodePorts = { web: 30_080, api: 31_080 } as const

/** One with security groups, on a node port that makes the range of the shared rule known. */
const guarded = (bed: Bed, name: keyof typeof nodePorts = 'web'): void =>
  void bed.apply(
    name,
    {
      ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: nodePorts[name] }],
      loadBalancerSourceRanges: ['10.0.0.0/8', '192.0.2.0/24'],
    },
    external,
  )

const both = (bed: Bed): void => {
  guarded(bed)
  guarded(bed, 'api')
}

/** Groups that a Service names are in the world that every test starts in. */
export const namedGroup = 'sg-0default'

const named = (value: string | null) => (bed: Bed) =>
  void bed.edit('web', { metadata: { annotations: { [key('security-groups')]: value } } })

const gone = (bed: Bed): boolean => bed.service('web') === undefined

/** A load balancer's own group, and the one that all share: made, widened, narrowed, and taken away. */
export const groupStories: readonly Story[] = [
  {
    name: 'create of the first Service with security groups',
    before: () => {},
    act: guarded,
    over: (bed) => isTrue(bed, 'web'),
  },
  {
    name: 'create beside another one with security groups',
    before: (bed) => guarded(bed, 'api'),
    act: guarded,
    over: (bed) => isTrue(bed, 'web') && isTrue(bed, 'api'),
  },
  {
    name: 'source ranges narrowed',
    before: guarded,
    act: (bed) => void bed.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } }),
    over: (bed) => isTrue(bed, 'web'),
  },
  {
    name: 'groups of its own given up for one that is named',
    before: guarded,
    act: named(namedGroup),
    over: (bed) => isTrue(bed, 'web'),
  },
  {
    name: 'groups of its own again',
    before(bed) {
      guarded(bed)
      named(namedGroup)(bed)
    },
    act: named(null),
    over: (bed) => isTrue(bed, 'web'),
  },
  {
    name: 'delete beside another one with security groups',
    before: both,
    act: (bed) => bed.delete('web'),
    over: (bed) => gone(bed) && isTrue(bed, 'api'),
  },
  {
    name: 'delete of the last Service with security groups',
    before: guarded,
    act: (bed) => bed.delete('web'),
    over: gone,
  },
]
