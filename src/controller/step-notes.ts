import type { Executed } from '../engine/execute.ts'
import type { Owners } from '../engine/owners.ts'
import type { EventSink } from '../kube/events.ts'
import type { ReadStore } from '../kube/store.ts'
import type { ServiceObject } from '../model/objects.ts'
import type { Log } from '../observe/log.ts'
import { followsNode } from '../plan/parts.ts'
import * as say from './say.ts'

export interface NoteParts {
  readonly log: Log
  readonly services: ReadStore<ServiceObject>
  readonly events: EventSink
  readonly owners: Owners
}

/** More Services than this are not named in a log line. */
const named = 5

/** Writes down what a step did: a log line, and an event where the hosts of a Service changed. */
export function noteStep(
  { log, services, events, owners }: NoteParts,
  { step, outcome, ms }: Executed,
): void {
  const fields = {
    stack: step.stack,
    step: step.id,
    why: step.why,
    ms,
    services: step.owners.map((owner) => owner.name).slice(0, named),
  }
  if (outcome !== 'done') {
    log.debug('step not done', { ...fields, outcome: String(outcome) })
    return
  }
  log.info('step done', fields)
  if (step.parts?.every(followsNode) !== true) return
  for (const { uid } of step.owners) {
    const service = services.byUid(uid)
    // The first targets of a new load balancer are no change of hosts.
    if (service !== undefined && owners.get(uid)?.trusted === true) say.updated(events, service)
  }
}
