import { fieldAt, type AnyObject } from '../object.ts'
import { badRequest } from '../fault.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { mergePatch } from '../patch/merge-patch.ts'
import { selectorText } from '../apps/selector.ts'
import type { LabelSelector } from '../workload-objects.ts'
import { bodyOf, mediaTypeOf, send } from './exchange.ts'
import type { Call } from './handlers.ts'
import { podStreams } from './pod-streams.ts'
import type { Verb } from './route.ts'
import { writerOf } from './writer.ts'

/** Subresources that show an object in another form, or stand for an action. */
type Handlers = { readonly [V in Verb]?: (call: Call) => void | Promise<void> }

const referenceIn = ({ target }: Call) => ({
  name: target.name ?? '',
  namespace: target.namespace ?? 'default',
})

const isDry = (call: Call) => call.url.searchParams.get('dryRun') === 'All'

function scaleOf(object: AnyObject) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(fieldAt(object, 'spec.replicas') ?? 0) },
    status: {
      replicas: Number(fieldAt(object, 'status.replicas') ?? 0),
      selector: selectorText(fieldAt(object, 'spec.selector') as LabelSelector | undefined),
    },
  }
}

const current = (call: Call) => call.state.get(call.target.resource.plural, referenceIn(call)) as AnyObject

/** Writes what a Scale says into the object it belongs to. */
function scaleTo(call: Call, scale: unknown): void {
  const replicas = fieldAt(scale, 'spec.replicas') ?? 0
  if (!Number.isInteger(replicas)) throw badRequest('spec.replicas of a Scale must be an integer')
  const resourceVersion = fieldAt(scale, 'metadata.resourceVersion')
  const patch = {
    spec: { replicas },
    ...(typeof resourceVersion === 'string' ? { metadata: { resourceVersion } } : {}),
  }
  const after = call.state.patch(call.target.resource.plural, referenceIn(call), patch, {
    dryRun: isDry(call),
    writer: writerOf(call),
  })
  send(call.response, 200, scaleOf(after as AnyObject))
}

const scale: Handlers = {
  get: (call) => send(call.response, 200, scaleOf(current(call))),
  async update(call) {
    scaleTo(call, await bodyOf(call.request))
  },
  async patch(call) {
    const patch = await bodyOf(call.request)
    const before = scaleOf(current(call))
    const isList = mediaTypeOf(call.request) === 'application/json-patch+json'
    scaleTo(call, isList ? jsonPatch(before, patch) : mergePatch(before, patch))
  },
}

/** A polite deletion. There are no disruption budgets here, so it is never refused. */
const eviction: Handlers = {
  async create(call) {
    const body = fieldAt(await bodyOf(call.request), 'deleteOptions') ?? {}
    const { dryRun = [], gracePeriodSeconds } = body as {
      dryRun?: readonly string[]
      gracePeriodSeconds?: number
    }
    const options = { dryRun: isDry(call) || dryRun.includes('All'), gracePeriodSeconds }
    call.state.delete('pods', referenceIn(call), options)
    send(call.response, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
  },
}

export const subresources: { readonly [name: string]: Handlers | undefined } = {
  scale,
  eviction,
  ...podStreams,
}
