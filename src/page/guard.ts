import type { IncomingHttpHeaders } from 'node:http'

export interface Refusal {
  readonly code: number
  readonly text: string
}

/**
 * Why a request is not answered, or undefined. A page of somebody else's may not read ours: neither by a name of its own
 * that it lets point to this machine (DNS rebinding), nor from its own origin.
 */
export function refusalOf(
  request: { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders },
  hosts: readonly string[],
): Refusal | undefined {
  const { method, headers } = request
  const host = hostIn(headers.host)
  if (!isLoopbackName(host) && !hosts.some((name) => name.toLowerCase() === host))
    return {
      code: 421,
      text: `the host ${JSON.stringify(host)} is not served here: use localhost or an address of loopback, or name it in pageHosts\n`,
    }
  if (method !== 'GET' && method !== 'HEAD') return { code: 405, text: 'only GET and HEAD\n' }
  const site = headers['sec-fetch-site']
  if ((site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate')
    return { code: 403, text: 'pages of other origins may not read this one\n' }
  return undefined
}

/** Without its port, in lower case. */
function hostIn(header: string | undefined): string {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*))(?::\d+)?$/i.exec(header ?? '') ?? []
  return (bracketed ?? plain ?? '').toLowerCase()
}

const isLoopbackName = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '::1' ||
  /^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(host)
