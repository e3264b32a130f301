/** What the story types: commands of the built program, and what kubectl would ask of the API server. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse, parseAllDocuments } from 'yaml'

const bin = fileURLToPath(new URL('../../bin/lb-controller.mjs', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

export type Json = Readonly<Record<string, unknown>>

export interface Cluster {
  /** A command of the program, to its end. */
  program(...args: string[]): Promise<string>
  apply(file: string): Promise<void>
  patch(path: string, patch: Json): Promise<void>
  get<T>(path: string): Promise<T>
  delete(path: string): Promise<void>
}

const paths: Readonly<Record<string, string>> = {
  Deployment: '/apis/apps/v1/namespaces/default/deployments',
  Service: '/api/v1/namespaces/default/services',
}

/** `env` says where its sandbox is; the kubeconfig is read late, since there is none before the sandbox runs. */
export function clusterAt(env: NodeJS.ProcessEnv, kubeconfig: () => string): Cluster {
  const ask = (method: string, path: string, body?: unknown, type = 'application/json'): Promise<unknown> => {
    const { server, ca, token } = accessIn(readFileSync(kubeconfig(), 'utf8'))
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type }
      const asking = request(`${server}${path}`, { method, ca, headers, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        response.once('error', reject)
        response.once('end', () => {
          if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text))
          else reject(new Error(`${method} ${path}: ${text}`))
        })
      })
      asking.once('error', reject)
      asking.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }
  return {
    async program(...args) {
      const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], { env, cwd: root })
      return stdout
    },
    async apply(file) {
      for (const document of parseAllDocuments(readFileSync(`${root}/${file}`, 'utf8'))) {
        const object = document.toJS() as { readonly kind: string }
        await ask('POST', paths[object.kind] ?? '', object)
      }
    },
    patch: async (path, patch) => void (await ask('PATCH', path, patch, 'application/merge-patch+json')),
    get: async <T>(path: string) => (await ask('GET', path)) as T,
    delete: async (path) => void (await ask('DELETE', path)),
  }
}

interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } },
  ]
  readonly users: readonly [{ readonly user: { readonly token: string } }]
}

function accessIn(text: string) {
  const { clusters, users } = parse(text) as Kubeconfig
  const { server, 'certificate-authority-data': ca } = clusters[0].cluster
  return { server, ca: Buffer.from(ca, 'base64'), token: users[0].user.token }
}
