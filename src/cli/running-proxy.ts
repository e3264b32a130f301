import type { NodeProxyConfig } from '../config/node-proxy-settings.ts'
import { parseBind } from '../observe/http.ts'

const patienceMs = 1_000

/** Where a node proxy of ours serves its metrics on this machine; kube-proxy has no such names. Undefined: nowhere. */
export async function runningProxy({
  metricsAddress,
}: Pick<NodeProxyConfig, 'metricsAddress'>): Promise<string | undefined> {
  if (metricsAddress === 'off') return undefined
  const { host, port } = parseBind(metricsAddress)
  const name = host === undefined || host === '' ? '127.0.0.1' : host
  const at = name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`
  try {
    const answer = await fetch(`http://${at}/metrics`, { signal: AbortSignal.timeout(patienceMs) })
    return /^lb_node_proxy_/m.test(await answer.text()) ? at : undefined
  } catch {
    return undefined
  }
}
