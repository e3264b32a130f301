import type { KubeObject } from '../model/objects.ts'
import { Reflector, type ReflectorOptions } from './reflector.ts'
import type { Change, ReadStore } from './store.ts'

/** Each watch holds a connection open: with more namespaces than this, one watch of all costs less. */
const mostScopes = 16

export interface ScopedOptions<T extends KubeObject> extends Omit<ReflectorOptions<T>, 'namespace'> {
  readonly onChange: (change: Change<T>) => void
  /** A namespace, or '' for all, was listed to its end, or could not be. */
  readonly onTold: (namespace: string) => void
}

interface Scope<T extends KubeObject> {
  readonly reflector: Reflector<T>
  readonly stop: AbortController
}

/** Objects of one type, watched only in the namespaces that somebody asks for. */
export class ScopedReflectors<T extends KubeObject> {
  readonly #options: ScopedOptions<T>
  /** namespace, or '' for all of them -> its watch */
  readonly #scopes = new Map<string, Scope<T>>()
  readonly #running = new Set<Promise<void>>()
  #stopped = false

  constructor(options: ScopedOptions<T>) {
    this.#options = options
  }

  /** Watches these namespaces and no others. Once all are watched in one, that stays. */
  want(namespaces: ReadonlySet<string>): void {
    if (this.#stopped) return
    if (this.#scopes.has('')) return
    if (namespaces.size > mostScopes) {
      this.#begin('')
      return
    }
    for (const [namespace, { stop }] of this.#scopes) {
      if (namespaces.has(namespace)) continue
      this.#scopes.delete(namespace)
      stop.abort()
    }
    for (const namespace of namespaces) if (!this.#scopes.has(namespace)) this.#begin(namespace)
  }

  /** What is known of a namespace; undefined until it was listed to its end. */
  store(namespace: string): ReadStore<T> | undefined {
    const known = [this.#scopes.get(''), this.#scopes.get(namespace)]
    return known.find((scope) => scope?.reflector.hasSynced === true)?.reflector.store
  }

  /** Why a namespace is not listed yet. */
  failure(namespace: string): Reflector<T>['failure'] {
    return (this.#scopes.get('') ?? this.#scopes.get(namespace))?.reflector.failure
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const { stop } of this.#scopes.values()) stop.abort()
    await Promise.all(this.#running)
  }

  #begin(namespace: string): void {
    const { onChange, onTold } = this.#options
    const reflector = new Reflector<T>({
      ...this.#options,
      ...(namespace === '' ? {} : { namespace }),
      // Why it failed is noted just after.
      onTrouble: (what) => what === 'list' && queueMicrotask(() => onTold(namespace)),
    })
    const stop = new AbortController()
    this.#scopes.set(namespace, { reflector, stop })
    reflector.store.subscribe((change) => {
      // Of two watches of one namespace the one that is asked speaks.
      if (this.store(namespaceOf(change)) === reflector.store) onChange(change)
    })
    const running = reflector.start(stop.signal).finally(() => this.#running.delete(running))
    this.#running.add(running)
    void reflector.synced.then((synced) => {
      if (!synced) return
      if (namespace === '') this.#endOthers()
      onTold(namespace)
    })
  }

  #endOthers(): void {
    for (const [namespace, { stop }] of this.#scopes) {
      if (namespace === '') continue
      this.#scopes.delete(namespace)
      stop.abort()
    }
  }
}

const namespaceOf = ({ before, now }: Change<KubeObject>): string => (now ?? before)?.metadata.namespace ?? ''
