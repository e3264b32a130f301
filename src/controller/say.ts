/** Reasons and wording are upstream's: people and alerts look for them. */
import type { EventSink } from '../kube/events.ts'
import type { ServiceObject } from '../model/objects.ts'

const say =
  (type: 'Normal' | 'Warning', reason: string, message: string) =>
  (sink: EventSink, service: ServiceObject, error?: string): void =>
    sink.record(service, type, reason, error === undefined ? message : `${message}${error}`)

export const ensuring = say('Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer')
export const ensured = say('Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')
export const deleting = say('Normal', 'DeletingLoadBalancer', 'Deleting load balancer')
export const deleted = say('Normal', 'DeletedLoadBalancer', 'Deleted load balancer')
export const updated = say('Normal', 'UpdatedLoadBalancer', 'Updated load balancer with new hosts')
export const noNodes = say(
  'Warning',
  'UnAvailableLoadBalancer',
  'There are no available nodes for LoadBalancer',
)
export const syncFailed = say(
  'Warning',
  'SyncLoadBalancerFailed',
  'Error syncing load balancer: failed to ensure load balancer: ',
)
export const notAsAsked = say('Warning', 'LoadBalancerNotAsAsked', '')
export const moved = say('Normal', 'LoadBalancerMoved', '')
export const moveStalled = say('Warning', 'LoadBalancerMoveStalled', '')
export const deleteFailed = say('Warning', 'DeleteLoadBalancerFailed', 'Error deleting load balancer: ')

/** As many node names as a message takes; the rest is a number. */
const namedNodes = 20

/** `[a b <3 more>]`, as the list of names reads upstream. */
export function hostsText(names: readonly string[]): string {
  const shown = names.toSorted().slice(0, namedNodes)
  const more = names.length - shown.length
  return `[${[...shown, ...(more > 0 ? [`<${more} more>`] : [])].join(' ')}]`
}

export function updateFailed(
  sink: EventSink,
  service: ServiceObject,
  names: readonly string[],
  error: string,
): void {
  const limited = `[node names limited, total number of nodes: ${names.length}]`
  const message = `Error updating load balancer with new hosts ${hostsText(names)} ${limited}, error: ${error}`
  sink.record(service, 'Warning', 'UpdateLoadBalancerFailed', message)
}
