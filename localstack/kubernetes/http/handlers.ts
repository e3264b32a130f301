import { ApiFault, badRequest } from '../fault.ts'
import { bodyOf, mediaTypeOf, send, unsupportedMediaType, type Exchange } from './exchange.ts'
import type { AnyObject } from '../object.ts'
import type { PatchType } from '../patch/patch.ts'
import { groupVersion } from '../resource.ts'
import type { PodRuntime } from '../pod-runtime.ts'
import { isYes, type Target, type Verb } from './route.ts'
import { applierOf, refuseForce, writerOf } from './writer.ts'
import type { ClusterState } from '../state.ts'
import type { WriteOptions } from '../state-options.ts'
import { storedForm, viewOf } from './view.ts'
import { subresources } from './subresource.ts'
import { streamWatch } from './watch-stream.ts'

export interface Call extends Exchange {
  readonly state: ClusterState
  readonly target: Target
  readonly pods?: PodRuntime | undefined
}

const now = (call: Call) => call.state.clock.now()
const viewFor = (call: Call) =>
  viewOf(
    call.target,
    call.request.headers.accept ?? '',
    call.url.searchParams.get('includeObject'),
    now(call),
  )

const answer = (call: Call, object: AnyObject, code = 200) =>
  send(call.response, code, viewFor(call).one(object))

const selection = ({ url, target }: Call) => ({
  namespace: target.resource.namespaced ? target.namespace : undefined,
  labelSelector: url.searchParams.get('labelSelector') ?? undefined,
  fieldSelector: url.searchParams.get('fieldSelector') ?? undefined,
})

const referenceIn = ({ target }: Call) => ({
  name: target.name ?? '',
  namespace: target.namespace ?? 'default',
})

function get(call: Call): void {
  answer(call, call.state.get(call.target.resource.plural, referenceIn(call)) as AnyObject)
}

/** A version that is still to come cannot be listed; the client is asked to come back. */
function refuseFuture(call: Call, wanted: string): void {
  const current = call.state.resourceVersion
  if (Number(wanted) <= Number(current)) return
  throw new ApiFault(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' }],
    retryAfterSeconds: 1,
  })
}

function list(call: Call): void {
  const query = call.url.searchParams
  const wanted = query.get('resourceVersion') ?? ''
  refuseFuture(call, wanted)
  const token = query.get('continue') || undefined
  if (token !== undefined && wanted !== '' && wanted !== '0')
    throw badRequest('specifying resource version is not allowed when using continue')
  const found = call.state.list(call.target.resource.plural, {
    ...selection(call),
    limit: Number(query.get('limit') ?? 0),
    continue: token,
    exactly: query.get('resourceVersionMatch') === 'Exact' ? wanted : undefined,
  })
  const selective = query.get('labelSelector') || query.get('fieldSelector')
  send(
    call.response,
    200,
    viewFor(call).many(found.items as readonly AnyObject[], {
      resourceVersion: found.resourceVersion,
      ...(found.continue === undefined ? {} : { continue: found.continue }),
      ...(found.remaining === undefined || selective ? {} : { remainingItemCount: found.remaining }),
    }),
  )
}

function writeOptions(call: Call): WriteOptions {
  const query = call.url.searchParams
  const { resource, version } = call.target
  const validation = query.get('fieldValidation') ?? 'Warn'
  return {
    subresource: call.target.subresource === 'status' ? 'status' : undefined,
    dryRun: query.get('dryRun') === 'All',
    writer: writerOf(call),
    onUnknown(fields) {
      const texts = fields.map((field) => `unknown field "${field}"`)
      if (validation === 'Strict')
        throw badRequest(
          `${resource.kind} in version "${version}" cannot be handled as a ${resource.kind}: strict decoding error: ${texts.join(', ')}`,
        )
      if (validation === 'Warn')
        call.response.setHeader(
          'warning',
          texts.map((text) => `299 - ${JSON.stringify(text)}`),
        )
    },
  }
}

/** The object in the body, checked against the path it was sent to. */
async function bodyObject(call: Call): Promise<AnyObject> {
  const { resource, group, version, namespace, name } = call.target
  const body = await bodyOf(call.request)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('the object provided is unrecognized (must be of type object)')
  const object = body as AnyObject
  const { kind = resource.kind, apiVersion = groupVersion(group, version) } = object
  if (kind !== resource.kind || apiVersion !== groupVersion(group, version))
    throw badRequest(
      `${kind} in version "${apiVersion}" cannot be handled as a ${resource.kind}: no kind "${kind}" is registered for version "${apiVersion}"`,
    )
  const metadata = { ...object.metadata }
  if (name !== undefined && metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
  if (resource.namespaced && !metadata.namespace) metadata.namespace = namespace ?? 'default'
  if (resource.namespaced && namespace !== undefined && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  return storedForm(call.target, { ...object, metadata })
}

async function create(call: Call): Promise<void> {
  const object = await bodyObject(call)
  answer(call, call.state.create(call.target.resource.plural, object, writeOptions(call)) as AnyObject, 201)
}

async function update(call: Call): Promise<void> {
  const object = await bodyObject(call)
  answer(call, call.state.update(call.target.resource.plural, object, writeOptions(call)) as AnyObject)
}

const patchTypes: { readonly [mediaType: string]: PatchType } = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
}

const applyType = 'application/apply-patch+yaml'

async function apply(call: Call): Promise<void> {
  const config = await bodyObject(call)
  const { subresource, dryRun } = writeOptions(call)
  const { object, created } = call.state.apply(call.target.resource.plural, config, {
    subresource,
    dryRun,
    writer: applierOf(call),
    force: isYes(call.url.searchParams.get('force')),
  })
  answer(call, object as AnyObject, created ? 201 : 200)
}

async function patch(call: Call): Promise<void> {
  if (mediaTypeOf(call.request) === applyType) return apply(call)
  const type = patchTypes[mediaTypeOf(call.request)]
  if (type === undefined) throw unsupportedMediaType([...Object.keys(patchTypes), applyType])
  refuseForce(call)
  const body = await bodyOf(call.request)
  const options = { ...writeOptions(call), type }
  answer(call, call.state.patch(call.target.resource.plural, referenceIn(call), body, options) as AnyObject)
}

interface DeleteBody {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: readonly string[]
  readonly propagationPolicy?: string
  readonly gracePeriodSeconds?: number
}

async function remove(call: Call): Promise<void> {
  const { resource } = call.target
  const body = ((await bodyOf(call.request)) ?? {}) as DeleteBody
  const { preconditions, dryRun = [], propagationPolicy, gracePeriodSeconds } = body
  const grace = gracePeriodSeconds ?? call.url.searchParams.get('gracePeriodSeconds') ?? undefined
  const options = {
    ...preconditions,
    gracePeriodSeconds: grace === undefined ? undefined : Number(grace),
    propagationPolicy: propagationPolicy ?? call.url.searchParams.get('propagationPolicy') ?? undefined,
    dryRun: dryRun.includes('All') || call.url.searchParams.get('dryRun') === 'All',
  }
  const left = call.state.delete(resource.plural, referenceIn(call), options)
  const remains = call.state.find(resource.plural, referenceIn(call)) !== undefined
  if (remains || resource.returnsDeleted === true) return answer(call, left as AnyObject)
  const { name, uid } = left.metadata
  send(call.response, 200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.plural,
      uid,
    },
  })
}

async function removeAll(call: Call): Promise<void> {
  await bodyOf(call.request)
  const { plural } = call.target.resource
  const { items, resourceVersion } = call.state.list(plural, selection(call))
  for (const { metadata } of items) call.state.delete(plural, metadata)
  send(call.response, 200, viewFor(call).many(items as readonly AnyObject[], { resourceVersion }))
}

function watch(call: Call): void {
  streamWatch({
    ...call,
    clock: call.state.clock,
    query: call.url.searchParams,
    view: viewFor(call),
  })
}

const handlers: { readonly [V in Verb]: (call: Call) => void | Promise<void> } = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeAll,
}

/** What answers a request; undefined where the resource does not take the method. */
export function handlerOf({ subresource, resource }: Target, verb: Verb) {
  const special = subresource === undefined ? undefined : subresources[subresource]
  const found = special === undefined ? handlers[verb] : special[verb]
  const { warning } = resource
  if (found === undefined || warning === undefined) return found
  return (call: Call) => {
    call.response.setHeader('warning', `299 - ${JSON.stringify(warning)}`)
    return found(call)
  }
}
