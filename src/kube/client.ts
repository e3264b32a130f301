import type { Clock } from '../lib/clock.ts'
import { isObject, type JsonObject } from '../lib/json.ts'
import type { KubeObject } from '../model/objects.ts'
import { errorOfThrown, isExpired, KubeError } from './errors.ts'
import { libraryIdentity, type Identity } from './identity.ts'
import { loadKubeConfig, type ClusterChoice } from './kubeconfig.ts'
import { Lines } from './lines.ts'
import { apiVersionOf, type KubeApi, type ListOptions, type ListPage, type ObjectRef } from './port.ts'
import type { Patch, ResourceType, WatchEnd, WatchEvent, WatchOptions } from './port.ts'
import { plainIdentity, type PlainSurroundings } from './plain-identity.ts'
import { isGuarded, retrying, type RetryPolicy } from './retry.ts'
import { Transport, type Call, type RequestReport } from './transport.ts'
import { collectionPath, objectPath, urlOf } from './url.ts'
import { dropManagedFields, readWatchLine } from './watch-line.ts'

export interface ClientOptions extends ClusterChoice {
  readonly clock: Clock
  /** Per attempt; for a watch, until its answer begins. Default 8 s. */
  readonly timeoutMs?: number
  /** Tries of a request that may be repeated, the first included. Default 3. */
  readonly attempts?: number
  readonly userAgent?: string
  /** Reads the YAML of a kubeconfig where it is plain, so that no library has to. */
  readonly readYaml?: PlainSurroundings['readYaml']
  readonly random?: () => number
  /** Told of every attempt, also of a failed one. */
  readonly onRequest?: (request: RequestReport) => void
}

/**
 * The port over HTTP. client-node says who we are where that is not plain (exec plugins, proxies, several files); the
 * requests are our own: it would open a connection for each one, never time out, and answer in another shape than a
 * watch delivers.
 */
export async function connect(opts: ClientOptions): Promise<Client> {
  const find = () => findIdentity(opts)
  const [identity, undici] = await Promise.all([find(), import('./undici-library.ts')])
  const { clock, timeoutMs = 8_000, attempts = 3, random = Math.random, userAgent = 'lb-controller' } = opts
  const transport = new Transport({
    undici,
    identity,
    find,
    clock,
    timeoutMs,
    userAgent,
    ...(opts.onRequest === undefined ? {} : { onRequest: opts.onRequest }),
  })
  return new Client(transport, { clock, attempts, random })
}

async function findIdentity({ clock, readYaml, ...choice }: ClientOptions): Promise<Identity> {
  const plain = plainIdentity(choice, { clock, readYaml, env: process.env })
  return plain ?? libraryIdentity(loadKubeConfig(await import('@kubernetes/client-node'), choice))
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

export class Client implements KubeApi {
  readonly #transport: Transport
  readonly #policy: RetryPolicy

  constructor(transport: Transport, policy: RetryPolicy) {
    this.#transport = transport
    this.#policy = policy
  }

  /** The API server's address. */
  get server(): string {
    return this.#transport.server
  }

  /** Ends all connections at once. */
  close(): Promise<void> {
    return this.#transport.close()
  }

  async list<T extends KubeObject>(resource: ResourceType, opts: ListOptions, signal: AbortSignal) {
    const { namespace, ...query } = opts
    const url = this.#url(collectionPath(resource, namespace), query)
    const page = await this.#repeated({ verb: 'list', resource, url }, signal)
    return readPage<T>(resource, page)
  }

  async watch<T extends KubeObject>(
    resource: ResourceType,
    opts: WatchOptions,
    onEvent: (event: WatchEvent<T>) => void,
    signal: AbortSignal,
  ): Promise<WatchEnd> {
    const { namespace, ...query } = opts
    const url = this.#url(collectionPath(resource, namespace), { ...query, watch: true })
    const lines = new Lines()
    let end: WatchEnd | undefined
    const take = (piece: Uint8Array): boolean => {
      for (const line of lines.push(piece)) {
        const read = readWatchLine<T>(line)
        if ('end' in read) end = read.end
        if (end !== undefined || signal.aborted) return false
        if ('event' in read) onEvent(read.event)
      }
      return true
    }
    try {
      await this.#transport.stream({ verb: 'watch', resource, url }, take, signal)
    } catch (error) {
      if (signal.aborted) return { how: 'closed' }
      return isExpired(error) ? { how: 'expired' } : { how: 'failed', error: errorOfThrown(error) }
    }
    return end ?? { how: 'closed' }
  }

  async get<T extends KubeObject>(resource: ResourceType, ref: ObjectRef, signal: AbortSignal): Promise<T> {
    const url = this.#url(objectPath(resource, ref))
    return readObject(await this.#repeated({ verb: 'get', resource, url }, signal)) as T
  }

  async create<T extends KubeObject>(resource: ResourceType, body: T, signal: AbortSignal): Promise<T> {
    const url = this.#url(collectionPath(resource, body.metadata.namespace))
    const call: Call = { verb: 'create', resource, url, contentType: 'application/json', body }
    return readObject(await this.#transport.json(call, signal)) as T
  }

  async update<T extends KubeObject>(resource: ResourceType, body: T, signal: AbortSignal): Promise<T> {
    const url = this.#url(objectPath(resource, body.metadata))
    const call: Call = { verb: 'update', resource, url, contentType: 'application/json', body }
    return readObject(await this.#transport.json(call, signal)) as T
  }

  async patch<T extends KubeObject>(
    resource: ResourceType,
    ref: ObjectRef,
    patch: Patch,
    signal: AbortSignal,
  ): Promise<T> {
    const { fieldManager, subresource, type, body, dryRun } = patch
    const url = this.#url(objectPath(resource, ref, subresource), {
      fieldManager,
      force: type === 'apply' ? true : undefined,
      dryRun: dryRun === true ? 'All' : undefined,
    })
    const call: Call = { verb: 'patch', resource, url, contentType: patchTypes[type], body }
    const answer = isGuarded(patch) ? this.#repeated(call, signal) : this.#transport.json(call, signal)
    return readObject(await answer) as T
  }

  #url(path: string, query?: Parameters<typeof urlOf>[2]): URL {
    return urlOf(this.server, path, query)
  }

  #repeated(call: Call, signal: AbortSignal): Promise<unknown> {
    return retrying(this.#policy, () => this.#transport.json(call, signal), signal)
  }
}

function readObject(answer: unknown): unknown {
  if (!isObject(answer)) throw unreadable()
  return dropManagedFields(answer)
}

/** Items of a list lack what the list itself says once; a watch repeats it in each. */
function readPage<T>(resource: ResourceType, answer: unknown): ListPage<T> {
  if (!isObject(answer) || !isObject(answer.metadata)) throw unreadable()
  const { resourceVersion, continue: next } = answer.metadata
  // What is no list, such as a Status that came with 200, must not pass for one that is empty.
  const items = answer.items === null ? [] : answer.items
  if (!Array.isArray(items) || !items.every(isNamed)) throw unreadable()
  const about = { apiVersion: apiVersionOf(resource), kind: resource.kind }
  return {
    items: items.map((item) => ({ ...about, ...dropManagedFields(item) }) as unknown as T),
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
    ...(typeof next === 'string' && next !== '' ? { continue: next } : {}),
  }
}

const isNamed = (item: unknown): item is JsonObject =>
  isObject(item) && isObject(item.metadata) && typeof item.metadata['name'] === 'string'

const unreadable = () => new KubeError(0, 'Reset', 'the API server sent what is no Kubernetes object')
