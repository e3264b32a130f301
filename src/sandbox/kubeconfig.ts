import type { JsonObject } from '../lib/json.ts'

export interface Access {
  /** URL. */
  readonly server: string
  /** PEM, of whoever vouches for the server. */
  readonly certificate: string
  readonly token: string
}

/** For kubectl and for our own client. JSON is YAML, and both read it without a library for the latter. */
export function kubeconfigText(name: string, { server, certificate, token }: Access): string {
  const entry = `sandbox-${name}`
  const ca = Buffer.from(certificate).toString('base64')
  const config: JsonObject = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: entry, cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: entry, user: { token } }],
    contexts: [{ name: entry, context: { cluster: entry, user: entry, namespace: 'default' } }],
    'current-context': entry,
  }
  return `${JSON.stringify(config, undefined, 2)}\n`
}
