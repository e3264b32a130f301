import { existsSync, readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { isObject, type JsonObject } from '../lib/json.ts'
import type { Credentials, Identity } from './identity.ts'
import type { ClusterChoice } from './kubeconfig.ts'
import { isLoopback } from './url.ts'

export interface PlainSurroundings {
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
  /** The value of a YAML document, undefined where it is not plain. Without it only JSON is read. */
  readonly readYaml?: ((text: string) => { readonly value: unknown } | undefined) | undefined
  /** Where `/var/run/secrets` lies. */
  readonly root?: string
}

/** A file that is read anew for each request, or base64. */
type Material = { readonly file: string } | { readonly data: string }

interface Plain {
  readonly server: string
  readonly ca?: Material | undefined
  readonly cert?: Material | undefined
  readonly key?: Material | undefined
  readonly unverified: boolean
  readonly serverName?: string | undefined
  readonly token?: string | undefined
  readonly tokenFile?: string | undefined
}

const account = '/var/run/secrets/kubernetes.io/serviceaccount'
const tokenMs = 60_000

/**
 * The account of a Pod, or a kubeconfig that names a token, a token file or a certificate: what nearly every process in a
 * cluster has, and what needs no library of 40 MB in memory. Undefined: something else, or something wrong, about which
 * client-node is asked.
 */
export function plainIdentity(choice: ClusterChoice, around: PlainSurroundings): Identity | undefined {
  const plain = choice.inCluster === true ? ofPod(around) : fromFiles(choice, around)
  return plain === undefined ? undefined : identityOf(plain, around.clock)
}

function fromFiles(choice: ClusterChoice, around: PlainSurroundings): Plain | undefined {
  const { env } = around
  if (choice.kubeconfig !== undefined) return ofFile(choice.kubeconfig, choice, around)
  if (env.KUBECONFIG !== undefined && env.KUBECONFIG !== '')
    return env.KUBECONFIG.includes(':') ? undefined : ofFile(env.KUBECONFIG, choice, around)
  if (process.platform === 'win32') return undefined
  const file = env.HOME === undefined ? undefined : join(env.HOME, '.kube', 'config')
  if (file !== undefined && existsSync(file)) return ofFile(file, choice, around)
  return choice.context === undefined ? ofPod(around) : undefined
}

function ofPod({ env, root = '' }: PlainSurroundings): Plain | undefined {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = env
  const [tokenFile, ca] = [`${root}${account}/token`, `${root}${account}/ca.crt`]
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`
  const usual = host !== '' && /^\d+$/.test(port) && !['80', '8080', '8001'].includes(port)
  if (!usual || !URL.canParse(server) || !existsSync(tokenFile) || !existsSync(ca)) return undefined
  return { server, ca: { file: ca }, unverified: false, tokenFile }
}

function ofFile(path: string, { context }: ClusterChoice, around: PlainSurroundings): Plain | undefined {
  const config = read(path, around)
  if (config === undefined) return undefined
  const chosen = named(config, 'contexts', 'context', context ?? config['current-context'])
  const cluster = only(named(config, 'clusters', 'cluster', chosen?.cluster), clusterKeys)
  const user = only(named(config, 'users', 'user', chosen?.user), userKeys)
  const server = text(cluster?.server)
  if (cluster === undefined || user === undefined || server === undefined || !URL.canParse(server))
    return undefined
  if (!server.startsWith('https:') && !(server.startsWith('http:') && isLoopback(server))) return undefined
  const absolute = (file: unknown) =>
    text(file) === undefined ? undefined : resolve(dirname(path), text(file)!)
  const material = (of: JsonObject, name: string): Material | undefined => {
    const [file, data] = [absolute(of[name]), text(of[`${name}-data`])]
    return file === undefined ? (data === undefined ? undefined : { data }) : { file }
  }
  // Which of two goes first is not told here.
  const doubled = ['certificate-authority', 'client-certificate', 'client-key'].some(
    (name) =>
      (cluster[name] ?? user[name]) !== undefined &&
      (cluster[`${name}-data`] ?? user[`${name}-data`]) !== undefined,
  )
  if (doubled || (user.token !== undefined && user.tokenFile !== undefined)) return undefined
  return {
    server,
    ca: material(cluster, 'certificate-authority'),
    cert: material(user, 'client-certificate'),
    key: material(user, 'client-key'),
    unverified: cluster['insecure-skip-tls-verify'] === true,
    serverName: text(cluster['tls-server-name']),
    token: text(user.token),
    tokenFile: absolute(user.tokenFile),
  }
}

const clusterKeys: Readonly<Record<string, 'string' | 'boolean'>> = {
  server: 'string',
  'certificate-authority': 'string',
  'certificate-authority-data': 'string',
  'insecure-skip-tls-verify': 'boolean',
  'tls-server-name': 'string',
}
const userKeys: Readonly<Record<string, 'string' | 'boolean'>> = {
  token: 'string',
  tokenFile: 'string',
  'client-certificate': 'string',
  'client-certificate-data': 'string',
  'client-key': 'string',
  'client-key-data': 'string',
}

function read(path: string, { readYaml }: PlainSurroundings): JsonObject | undefined {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const value = parse(content) ?? readYaml?.(content)?.value
  return isObject(value) ? value : undefined
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content) as unknown
  } catch {
    return undefined
  }
}

/** The one of this name; undefined also where there are two. */
function named(config: JsonObject, list: string, field: string, name: unknown): JsonObject | undefined {
  const all = config[list]
  if (!Array.isArray(all) || typeof name !== 'string') return undefined
  const [found, another] = all.filter((entry) => isObject(entry) && entry.name === name) as JsonObject[]
  const value = found?.[field]
  return another === undefined && isObject(value) ? value : undefined
}

function only(
  object: JsonObject | undefined,
  types: Readonly<Record<string, string>>,
): JsonObject | undefined {
  if (object === undefined) return undefined
  return Object.entries(object).every(([key, value]) => typeof value === types[key]) ? object : undefined
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function identityOf(plain: Plain, clock: Clock): Identity {
  let token = plain.token
  let readAt = -Infinity
  const currentToken = (): string | undefined => {
    if (plain.tokenFile !== undefined && clock.now() - readAt > tokenMs) {
      token = readFileSync(plain.tokenFile, 'utf8').trim()
      readAt = clock.now()
    }
    return token
  }
  return {
    server: plain.server,
    credentials: async () => {
      const bearer = currentToken()
      const headers = bearer === undefined || bearer === '' ? {} : { authorization: `Bearer ${bearer}` }
      return { headers, connection: connectionOf(plain) }
    },
  }
}

function connectionOf({ ca, cert, key, unverified, serverName }: Plain): Credentials['connection'] {
  const tls = {
    ...(ca === undefined ? {} : { ca: bytes(ca) }),
    ...(cert === undefined ? {} : { cert: bytes(cert) }),
    ...(key === undefined ? {} : { key: bytes(key) }),
    ...(unverified ? { rejectUnauthorized: false } : {}),
    ...(serverName === undefined ? {} : { servername: serverName }),
  }
  if (Object.keys(tls).length === 0) return { type: 'none' }
  return { type: 'agent', connect: { ...tls, keepAlive: true, keepAliveInitialDelay: 30_000 } }
}

const bytes = (material: Material): Buffer =>
  'file' in material ? readFileSync(material.file) : Buffer.from(material.data, 'base64')
