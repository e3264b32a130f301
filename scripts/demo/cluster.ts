/** What the story types: commands of the built program, and what kubectl would ask of the API server. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'

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

/** `env` says where its sandbox is. `server` is asked late: there is none before the sandbox runs. */
export function clusterAt(env: NodeJS.ProcessEnv, server: () => string): Cluster {
  const ask = async (method: string, path: string, body?: unknown, type = 'application/json') => {
    const response = await fetch(`${server()}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': type } }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return response.json()
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
