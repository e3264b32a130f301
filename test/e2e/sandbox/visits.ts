/** A steady stream of clients, each with a connection of its own, and what became of every one. */
import { request } from 'node:http'

const patienceMs = 30_000

export interface Visit {
  /** Just before it connected, in milliseconds since 1970. */
  readonly at: number
  readonly ms: number
  /** Of the pod that answered. Absent: it failed. */
  readonly pod?: string
  readonly node?: string
  /** Why it failed. */
  readonly failure?: string
}

export interface Stream {
  /** Those that are over, in the order in which they ended. */
  readonly visits: readonly Visit[]
  /** Begins no more, and waits for those under way. */
  end(): Promise<readonly Visit[]>
}

/** So many new connections a second until the end. A machine that is late catches up. */
export function visitors(
  address: string,
  { port = 80, perSecond = 200 }: { readonly port?: number; readonly perSecond?: number } = {},
): Stream {
  const visits: Visit[] = []
  const under = new Set<Promise<void>>()
  const began = performance.now()
  let count = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * perSecond
    for (; count < due; count++) {
      const one = visit(address, port).then((seen) => {
        visits.push(seen)
        under.delete(one)
      })
      under.add(one)
    }
  }, 1000 / perSecond)
  return {
    visits,
    async end() {
      clearInterval(timer)
      await Promise.all(under)
      return visits
    },
  }
}

/** One request on a connection of its own. Never rejects. */
export function visit(address: string, port = 80): Promise<Visit> {
  return new Promise((resolve) => {
    const at = Date.now()
    const began = performance.now()
    const over = (seen: Pick<Visit, 'pod' | 'node' | 'failure'>) =>
      resolve({ at, ms: performance.now() - began, ...seen })
    const asking = request(
      {
        host: address,
        port,
        agent: false,
        timeout: patienceMs,
        headers: { accept: 'application/json', connection: 'close' },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        response.once('error', ({ message }) => over({ failure: message }))
        response.once('end', () => over(answerOf(text)))
      },
    )
    asking.once('timeout', () => asking.destroy(new Error('no answer in time')))
    asking.once('error', ({ message }) => over({ failure: message }))
    asking.end()
  })
}

/** An echo server says who it is; of others it is enough that they answer. */
function answerOf(text: string): Pick<Visit, 'pod' | 'node'> {
  if (!text.startsWith('{')) return { pod: '' }
  const { pod, node } = JSON.parse(text) as { readonly pod: string; readonly node: string }
  return { pod, node }
}

export const failed = (visits: readonly Visit[]): readonly Visit[] =>
  visits.filter(({ failure }) => failure !== undefined)

/** `share` of 1: the longest. */
export function percentile(visits: readonly Visit[], share: number): number {
  const sorted = visits.map(({ ms }) => ms).toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
