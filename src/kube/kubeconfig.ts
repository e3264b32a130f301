import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type * as library from '@kubernetes/client-node'
import type { KubeConfig, User } from '@kubernetes/client-node'
import { KubeError } from './errors.ts'
import { isLoopback } from './url.ts'

type ClientNode = typeof library

export interface ClusterChoice {
  /** Path of a kubeconfig. Default: as kubectl finds one, else the Pod's own account. */
  readonly kubeconfig?: string
  readonly context?: string
  /** Use the Pod's own account even when there is a kubeconfig. */
  readonly inCluster?: boolean
}

/** Reads who and where the cluster is. Throws `KubeError` "Misconfigured" with what is wrong. */
export function loadKubeConfig(library: ClientNode, choice: ClusterChoice): KubeConfig {
  const config = new library.KubeConfig()
  if (choice.inCluster === true) config.loadFromCluster()
  else if (choice.kubeconfig === undefined) config.loadFromDefault()
  else loadFile(library, config, choice.kubeconfig)
  if (foundNothing(config))
    throw misconfigured(
      'no kubeconfig was found: set KUBECONFIG, say --kubeconfig FILE, or run in a Pod that has a service account',
    )
  if (choice.context !== undefined) config.setCurrentContext(choice.context)
  const cluster = config.getCurrentCluster()
  if (cluster === null)
    throw misconfigured(`context ${JSON.stringify(config.getCurrentContext() ?? '')} names no cluster`)
  if (!URL.canParse(cluster.server))
    throw misconfigured(`${JSON.stringify(cluster.server)} is no address of an API server`)
  if (!cluster.server.startsWith('http:') || cluster.skipTLSVerify) return config
  if (!isLoopback(cluster.server)) throw misconfigured('plain http is accepted for loopback addresses only')
  // client-node refuses plain http unless verification is off.
  config.clusters = config.clusters.map((other) =>
    other.name === cluster.name ? { ...other, skipTLSVerify: true } : other,
  )
  return config
}

/** Where there is neither a file nor a service account, client-node takes this address for granted. */
const foundNothing = (config: KubeConfig): boolean =>
  config.getCurrentContext() === 'loaded-context' &&
  config.getCurrentCluster()?.server === 'http://localhost:8080'

function loadFile(library: ClientNode, config: KubeConfig, path: string): void {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
    config.loadFromFile(path)
  } catch {
    throw misconfigured(`${path} cannot be read as a kubeconfig`)
  }
  // client-node passes over `tokenFile`, which kubectl and kubelets read; its in-cluster way reads such a file again.
  const raw = library.loadYaml<{ users?: { name: string; user?: { tokenFile?: string } }[] }>(text)
  const fileOf = new Map(raw.users?.map(({ name, user }) => [name, user?.tokenFile]))
  config.users = config.users.map((user): User => {
    const tokenFile = fileOf.get(user.name)
    if (tokenFile === undefined) return user
    const absolute = resolve(dirname(path), tokenFile)
    return { ...user, authProvider: { name: 'tokenFile', config: { tokenFile: absolute } } }
  })
}

const misconfigured = (message: string) => new KubeError(0, 'Misconfigured', message)
