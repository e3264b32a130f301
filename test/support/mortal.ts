/**
 * A process that can be killed without one: everything it holds (clock, cluster, cloud) goes through here, and from the
 * moment of death on nothing of it starts, answers or rings any more. What it had sent stays sent.
 */
import type { KubeApi } from '../../src/kube/port.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { Kind } from '../../src/provider/kind.ts'
import type { Provider } from '../../src/provider/provider.ts'

export class Life {
  #alive = true

  get alive(): boolean {
    return this.#alive
  }

  kill(): void {
    this.#alive = false
  }
}

const never = new Promise<never>(() => {})

/** The same functions, which neither start nor answer after death. */
function bound<T extends object>(object: T, life: Life, names: readonly (keyof T)[]): T {
  const copy = { ...object } as Record<PropertyKey, unknown>
  for (const name of names) {
    const run = object[name] as (...args: unknown[]) => Promise<unknown>
    copy[name] = (...args: unknown[]) => {
      if (!life.alive) return never
      return run.apply(object, args).then(
        (answer) => (life.alive ? answer : never),
        (error: unknown) => {
          if (life.alive) throw error
          return never
        },
      )
    }
  }
  return copy as unknown as T
}

export const mortalClock = (clock: Clock, life: Life): Clock => ({
  now: () => clock.now(),
  sleep: (ms, signal) => clock.sleep(ms, signal).then(() => (life.alive ? undefined : never)),
  after: (ms, run) => clock.after(ms, () => (life.alive ? run() : undefined)),
})

export const mortalApi = (api: KubeApi, life: Life): KubeApi =>
  bound(api, life, ['list', 'watch', 'get', 'create', 'update', 'patch'])

export function mortalProvider(provider: Provider, life: Life): Provider {
  const kinds: Record<string, Kind> = {}
  for (const [name, kind] of Object.entries(provider.kinds))
    kinds[name] = bound(kind, life, ['list', 'read', 'find', 'create', 'update', 'delete'])
  return { ...bound(provider, life, ['lookup']), kinds }
}
