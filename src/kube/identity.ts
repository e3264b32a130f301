import type { RequestOptions } from 'node:https'
import type { DispatcherOptions, KubeConfig } from '@kubernetes/client-node'

/** Who we are, and to which API server. */
export interface Identity {
  readonly server: string
  /** For the next request: tokens and certificates are replaced where they lie. */
  credentials(): Promise<Credentials>
}

export interface Credentials {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly connection: DispatcherOptions
}

/** By client-node, which knows every way to log in. */
export const libraryIdentity = (config: KubeConfig): Identity => {
  const cluster = config.getCurrentCluster()
  return {
    server: cluster?.server ?? '',
    async credentials() {
      const tls: RequestOptions = {}
      await config.applyToHTTPSOptions(tls)
      return { headers: authHeaders(tls), connection: config.createDispatcherOptions(cluster, tls as object) }
    },
  }
}

function authHeaders(tls: RequestOptions): Record<string, string> {
  const given = Object.entries((tls.headers ?? {}) as Record<string, unknown>)
  // A token file ends in a line end as often as not.
  const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value).trim()]))
  if (typeof tls.auth === 'string')
    headers.authorization ??= `Basic ${Buffer.from(tls.auth).toString('base64')}`
  return headers
}
