import type { Executed } from '../engine/execute.ts'
import type { Owners } from '../engine/owners.ts'
import type { EventSink } from '../kube/events.ts'
import type { ReadStore } from '../kube/store.ts'
import type { ServiceObject } from '../model/objects.ts'
import type { Log } from '../observe/log.ts'
import { followsNode } from '../plan/parts.ts'
import * as say from './say.ts'

export interface TellParts {
  readonly log: Log
  readonly events: EventSink
  readonly services: ReadStore<ServiceObject>
  readonly owners: Owners
}

/** One line for each step; and an event where the targets of a Service that was in place followed the nodes. */
export function tellStep({ log, events, services, owners }: TellParts, executed: Executed): void {
  const { step, outcome, ms } = executed
  const fields = {
    stack: step.stack,
    step: step.id,
    why: step.why,
    ms,
    services: step.owners.map((owner) => owner.name).slice(0, 5),
  }
  if (outcome !== 'done') {
    log.debug('step not done', { ...fields, outcome: String(outcome) })
    return
  }
  log.info('step done', fields)
  if (step.parts?.every(followsNode) !== true) return
  for (const owner of step.owners) {
    const service = services.byUid(owner.uid)
    if (service !== undefined && owners.get(owner.uid)?.trusted === true) say.updated(events, service)
  }
}
