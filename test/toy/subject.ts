import type { Subject } from '../conformance/subject.ts'
import { VirtualClock, type Clock } from '../../src/lib/clock.ts'
import { Bed, type BedOptions } from '../support/bed.ts'
import { ToyCloud } from './cloud.ts'
import { toyProvider, type ToyOptions } from './provider.ts'

/** A bed on a toy cloud whose every knob a test can turn. */
export function toyBed(options: ToyOptions & Partial<BedOptions> = {}): { bed: Bed; cloud: ToyCloud } {
  const { contested = false, busyMs = 0, together = false, ...rest } = options
  const clock = new VirtualClock()
  const cloud = new ToyCloud(clock)
  const provider = (alive: Clock) => toyProvider(cloud, alive, { contested, busyMs, together })
  return { bed: new Bed({ ...rest, clock, provider }), cloud }
}

export const toy: Subject = {
  name: 'toy',
  targetSets: 1,
  invalid: {
    patch: { spec: { loadBalancerSourceRanges: ['10.0.0.0/8', '2001:db8::/32'] } },
    code: 'LB_SOURCE_RANGE_FAMILY',
    heal: { spec: { loadBalancerSourceRanges: null } },
  },
  edit: { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } },
  can: toyProvider(new ToyCloud(new VirtualClock()), new VirtualClock()).can,
  make(options = {}) {
    let cloud: ToyCloud | undefined
    const bed = new Bed({
      ...options,
      provider: (clock) => toyProvider((cloud ??= new ToyCloud(bed.clock)), clock),
    })
    const get = () => (cloud ??= new ToyCloud(bed.clock))
    return {
      bed,
      cloud: {
        dump: () => get().dump(),
        writes: () => get().writes,
        reads: () => get().log.filter((call) => !call.write).length,
        cutNext(call, effect, then) {
          get().cutNext({ call, effect })
          get().onCut = then
        },
        uncut: () => get().cutNext(undefined),
        trouble: (on) => void (get().listLagMs = on ? 4_000 : 0),
        drifts: {
          'object gone': () => {
            for (const object of get().objects.values())
              if (object.kind === 'balancer') get().objects.delete(object.id)
          },
          'field changed': () => {
            for (const object of get().objects.values())
              if (object.kind === 'balancer') object.spec = { ...object.spec, Ports: [1] }
          },
          'target removed': () => {
            for (const object of get().objects.values())
              if (object.kind === 'balancer') delete object.parts['node-1']
          },
          'rule removed': () => {
            for (const object of get().objects.values())
              if (object.kind === 'fence') delete object.parts['80/0.0.0.0/0']
          },
          'status cleared': (bed) => {
            bed.cluster.patch(
              'services',
              { namespace: 'shop', name: 'web' },
              { status: { loadBalancer: null } },
              { subresource: 'status' },
            )
          },
        },
      },
    }
  },
}
