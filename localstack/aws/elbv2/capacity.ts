import type {
  DescribeCapacityReservationInput,
  DescribeCapacityReservationOutput,
  ModifyCapacityReservationInput,
  ModifyCapacityReservationOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action, Actions } from '../action.ts'
import { invalid } from '../fault.ts'
import type { LoadBalancer } from '../state/records.ts'
import { loadBalancerAt } from './find.ts'

function show({ capacity, zones }: LoadBalancer): DescribeCapacityReservationOutput {
  if (capacity === undefined) return { DecreaseRequestsRemaining: 2, CapacityReservationState: [] }
  return {
    DecreaseRequestsRemaining: 2,
    LastModifiedTime: new Date(capacity.at),
    MinimumLoadBalancerCapacity: { CapacityUnits: capacity.units },
    CapacityReservationState: zones.map((zone) => ({
      AvailabilityZone: zone.name,
      EffectiveCapacityUnits: capacity.units / zones.length,
      State: { Code: 'provisioned' },
    })),
  }
}

const describe: Action<DescribeCapacityReservationInput, DescribeCapacityReservationOutput> = (
  world,
  input,
) => show(loadBalancerAt(world, input.LoadBalancerArn))

/** Either a number of units or a reset to none. */
const modify: Action<ModifyCapacityReservationInput, ModifyCapacityReservationOutput> = (world, input) => {
  const { capacity: _, ...bare } = loadBalancerAt(world, input.LoadBalancerArn)
  const units = input.MinimumLoadBalancerCapacity?.CapacityUnits
  if ((input.ResetCapacityReservation === true) === (units !== undefined))
    throw invalid('Either a minimum capacity or a reset must be specified')
  if (units !== undefined && units < 1) throw invalid(`Capacity units '${units}' must be positive`)
  const changed = units === undefined ? bare : { ...bare, capacity: { units, at: world.clock.now() } }
  world.loadBalancers.put(bare.arn, changed)
  return show(changed)
}

export const capacityActions: Actions = {
  DescribeCapacityReservation: describe,
  ModifyCapacityReservation: modify,
}
