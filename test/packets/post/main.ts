/** The program inside a namespace: takes orders by stdin, answers on stdout, ends with its stdin. */
import { createInterface } from 'node:readline'
import type { OrderLine, OrderName, Orders } from '../orders.ts'
import { ask } from './ask.ts'
import { serve, silence } from './serve.ts'
import { count, each, shoot, shootOnce } from './shoot.ts'
import { flowSoFar, startFlow, startStream, stop } from './stream.ts'

const parallelShots = 48

const work: {
  readonly [N in OrderName]: (takes: Orders[N][0]) => Orders[N][1] | Promise<Orders[N][1]>
} = {
  serve: async (many) => {
    for (const one of many) await serve(one)
    return null
  },
  silence: ({ pod }) => {
    silence(pod)
    return null
  },
  shoot: (shots) => each(shots, parallelShots, shoot),
  burst: async ({ shot, count: times, parallel }) => {
    const tally: Record<string, number> = {}
    await each(Array.from({ length: times }), parallel, async () => count(tally, await shootOnce(shot)))
    return tally
  },
  'start-stream': startStream,
  'stop-stream': (id) => stop(id) as Promise<Orders['stop-stream'][1]>,
  'start-flow': startFlow,
  'flow-so-far': flowSoFar,
  'stop-flow': (id) => stop(id) as Promise<Orders['stop-flow'][1]>,
  ask: (many) => each(many, 4, ask),
}

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

async function take({ id, order, takes }: OrderLine): Promise<void> {
  try {
    say({ id, answer: await work[order](takes as never) })
  } catch (error) {
    say({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => void take(JSON.parse(line) as OrderLine))
lines.on('close', () => process.exit(0))
