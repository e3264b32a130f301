import type { JsonObject } from '../lib/json.ts'

/** For kubectl and for our own client. JSON is YAML, and both read it without a library for the latter. */
export function kubeconfigText(name: string, server: string): string {
  const entry = `sandbox-${name}`
  const config: JsonObject = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: entry, cluster: { server } }],
    users: [{ name: entry, user: {} }],
    contexts: [{ name: entry, context: { cluster: entry, user: entry, namespace: 'default' } }],
    'current-context': entry,
  }
  return `${JSON.stringify(config, undefined, 2)}\n`
}
