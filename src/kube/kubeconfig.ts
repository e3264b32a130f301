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
  else if (choice.kubeconfig === undefined) loadDefault(config)
  else loadFile(library, config, choice.kubeconfig)
  if (foundNothing(config))
    throw misconfigured(
      'no kubeconfig was found: set KUBECONFIG, say --kubeconfig FILE, or run in a Pod that has a service account',
    )
  if (choice.context !== undefined) config.setCurrentContext(choice.context)
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw misconfigured(noCluster(config))
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

function noCluster(config: KubeConfig): string {
  const current = config.getCurrentContext() ?? ''
  const names = config.contexts.map(({ name }) => name)
  if (current === '') return `the kubeconfig names no current context; it has ${names.join(', ') || 'none'}`
  if (names.includes(current)) return `context ${JSON.stringify(current)} names no cluster`
  return `there is no context ${JSON.stringify(current)}; the kubeconfig has ${names.join(', ') || 'none'}`
}

/** Where there is neither a file nor a service account, client-node takes this address for granted. */
const foundNothing = (config: KubeConfig): boolean =>
  config.getCurrentContext() === 'loaded-context' &&
  config.getCurrentCluster()?.server === 'http://localhost:8080'

/** Of several files, client-node tells which one it could not read, on the first line. */
function loadDefault(config: KubeConfig): void {
  try {
    config.loadFromDefault()
  } catch (error) {
    const [first] = String(error instanceof Error ? error.message : error).split('\n')
    throw misconfigured(
      `the kubeconfig that KUBECONFIG names, or ~/.kube/config, cannot be read: ${first}; "kubectl config view" must work`,
    )
  }
}

function loadFile(library: ClientNode, config: KubeConfig, path: string): void {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as { code?: string }
    throw misconfigured(
      code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code ?? String(error)})`,
    )
  }
  try {
    config.loadFromFile(path)
  } catch {
    throw misconfigured(
      `${path} is no kubeconfig: kubectl --kubeconfig ${path} config view shows where it breaks off`,
    )
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
