/** Clients of the load balancer: one request each, on a connection of its own. */
import { request } from 'node:http'

export interface Answer {
  readonly pod: string
  readonly node: string
  readonly client: string
  readonly ms: number
}

/** Rejects when nothing, or no whole answer, came within 10 s. */
export function visit(address: string, from?: string): Promise<Answer> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        host: address,
        port: 80,
        agent: false,
        timeout: 10_000,
        headers: { accept: 'application/json', connection: 'close' },
        ...(from === undefined ? {} : { localAddress: from }),
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        response.once('error', reject)
        response.once('end', () => {
          const { pod, node, client } = JSON.parse(text) as Answer
          resolve({ pod, node, client: client.replace(/:\d+$/, ''), ms: performance.now() - began })
        })
      },
    )
    asking.once('timeout', () => asking.destroy(new Error('no answer within 10 s')))
    asking.once('error', reject)
    asking.end()
  })
}

export interface Counted {
  readonly asked: number
  readonly failed: number
  readonly slowestMs: number
  /** Answers by pod. */
  readonly pods: ReadonlyMap<string, number>
}

/** `perSecond` new visits, for so long. */
export async function stream(address: string, seconds: number, perSecond: number): Promise<Counted> {
  const pods = new Map<string, number>()
  const count = { asked: 0, failed: 0, slowestMs: 0 }
  const under: Promise<void>[] = []
  const began = performance.now()
  while (performance.now() - began < seconds * 1000) {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond)
    for (; count.asked < due; count.asked++)
      under.push(
        visit(address).then(
          ({ pod, ms }) => {
            pods.set(pod, (pods.get(pod) ?? 0) + 1)
            count.slowestMs = Math.max(count.slowestMs, ms)
          },
          () => void count.failed++,
        ),
      )
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await Promise.all(under)
  return { ...count, pods }
}
