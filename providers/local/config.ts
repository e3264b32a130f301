import { error, type Problem } from '../../src/model/problem.ts'
import { parseRange } from './server/pools.ts'

/** Settings of this provider. */
export interface LocalConfig {
  /** The unix socket that the balancer answers on. */
  readonly socket: string
  /** `name=range`: pools as a plan takes them to be where nobody asked the balancer. One name may have several ranges. */
  readonly pools: readonly string[]
  /** How a target is chosen where a Service does not say. */
  readonly scheduler: string
  /** Where the files of `file:NAME` certificates are. Default: there are none. */
  readonly certificateFolder?: string
  /** Namespaces whose certificates Services of all others may use too. */
  readonly sharedNamespaces: readonly string[]
  /**
   * What a node is asked for TCP ports with policy Cluster. `node-port`: each NodePort, which shows most. `proxy`: its
   * proxy at `nodeHealthPort`, one check for all Services.
   */
  readonly nodeHealth: 'node-port' | 'proxy'
  /** The port of each node that tells by HTTP, at /healthz, whether its proxy works; 0: there is none. */
  readonly nodeHealthPort: number
}

export const defaultConfig: LocalConfig = {
  socket: '/run/lb-controller/local.sock',
  pools: [],
  scheduler: 'round-robin',
  sharedNamespaces: [],
  nodeHealth: 'node-port',
  nodeHealthPort: 10_256,
}

export interface ConfiguredPool {
  readonly name: string
  readonly ranges: readonly string[]
}

const poolForm = /^(?<name>[a-z0-9]([-a-z0-9]*[a-z0-9])?)=(?<range>\S+)$/

/** The pools by name. What does not parse is left out: `checkConfig` tells of it. */
export function poolsOf({ pools }: Pick<LocalConfig, 'pools'>): readonly ConfiguredPool[] {
  const found = new Map<string, string[]>()
  for (const text of pools) {
    const { name = '', range = '' } = poolForm.exec(text)?.groups ?? {}
    if (parseRange(range).ok) found.set(name, [...(found.get(name) ?? []), range])
  }
  return [...found].map(([name, ranges]) => ({ name, ranges }))
}

/** What is wrong with settings that already have the right types. */
export function checkConfig({ pools }: LocalConfig): readonly Problem[] {
  return pools.flatMap((text, at) => {
    const range = poolForm.exec(text)?.groups?.['range']
    const parsed = range === undefined ? undefined : parseRange(range)
    if (parsed?.ok === true) return []
    const message = parsed === undefined ? `${JSON.stringify(text)} is no pool` : parsed.error
    return error('LB_CONFIG', `local.pools[${at}]`, message, {
      value: text,
      accepted: 'NAME=RANGE, such as home=192.168.1.240/28 or home=192.168.1.240-192.168.1.250',
    })
  })
}
