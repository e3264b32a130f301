import type { End, Ends } from '../../../relay/proxy-header.ts'

/** Whom an echo server speaks for. */
export interface EchoIdentity {
  readonly namespace: string
  readonly pod: string
  readonly node: string
  /** Said instead of all else, where the container's arguments give a text. */
  readonly text?: string
}

/** A connection or datagram as the pod saw it. */
export interface EchoPeer {
  readonly client: End
  readonly local: End
  /** Of the PROXY header in front, where there was one. */
  readonly proxy?: Ends | 'local'
}

export interface EchoRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

export interface EchoAnswer {
  readonly status: number
  readonly type: 'text/plain' | 'application/json'
  readonly body: string
  /** Wait so long before answering. */
  readonly delayMs: number
  /** So many bytes instead of the body. */
  readonly bytes?: number
}

const endText = ({ address, port }: End): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const proxyText = (proxy: EchoPeer['proxy']): string => {
  if (proxy === undefined) return 'none'
  return proxy === 'local'
    ? 'a header without addresses'
    : `${endText(proxy.source)} to ${endText(proxy.destination)}`
}

/** The one line that stands before what comes back, on TCP without HTTP and on UDP. */
export function echoLine({ pod, node }: EchoIdentity, { client, proxy }: EchoPeer): string {
  const seen = proxy === undefined ? '' : `, proxy header ${proxyText(proxy)}`
  return `pod ${pod} on ${node}, client ${endText(client)}${seen}\n`
}

const longestDelayMs = 60_000
const mostBytes = 10_000_000_000

/** What `GET` on `/status/CODE`, `/delay/MS`, `/bytes/N`, `/hostname`, `/clientip` and any other path answers. */
export function echoAnswer(who: EchoIdentity, peer: EchoPeer, request: EchoRequest): EchoAnswer {
  const [path = '/'] = request.url.split('?')
  const [, word = '', argument = ''] = path.split('/')
  const number = /^\d{1,11}$/.test(argument) ? Number(argument) : undefined
  const plain = { status: 200, type: 'text/plain', delayMs: 0 } as const
  if (word === 'hostname') return { ...plain, body: who.pod }
  if (word === 'clientip') return { ...plain, body: endText(peer.client) }
  if (word === 'bytes' && number !== undefined)
    return { ...plain, body: '', bytes: Math.min(number, mostBytes) }
  if (who.text !== undefined) return { ...plain, body: `${who.text}\n` }
  const delayMs = word === 'delay' ? Math.min(number ?? 0, longestDelayMs) : 0
  const asked = word === 'status' && number !== undefined && number >= 200 && number <= 599
  const all = { ...plain, delayMs, status: asked ? number : 200 }
  const facts = factsOf(who, peer, request)
  if (wantsJson(request)) return { ...all, type: 'application/json', body: `${JSON.stringify(facts)}\n` }
  return { ...all, body: textOf(facts) }
}

const wantsJson = ({ url, headers }: EchoRequest): boolean =>
  String(headers['accept'] ?? '').includes('application/json') || /[?&]json\b/.test(url)

const factsOf = (who: EchoIdentity, peer: EchoPeer, { method, url, headers, body }: EchoRequest) => ({
  pod: who.pod,
  namespace: who.namespace,
  node: who.node,
  address: endText(peer.local),
  client: endText(peer.client),
  proxy: proxyText(peer.proxy),
  request: `${method} ${url}`,
  headers,
  ...(body === '' ? {} : { body }),
})

function textOf({ headers, body = '', ...facts }: ReturnType<typeof factsOf>): string {
  const lines = [
    ...Object.entries(facts).map(([key, value]) => `${key}: ${value}`),
    ...Object.entries(headers).map(([key, value]) => `header ${key}: ${String(value)}`),
  ]
  return `${lines.join('\n')}\n${body === '' ? '' : `\n${body}`}`
}
