import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import type { FlowOrder, FlowReport, StreamOrder, StreamReport } from '../orders.ts'
import { count, shootOnce } from './shoot.ts'

const ends = new Map<number, () => unknown>()
const flows = new Map<number, () => FlowReport>()
let next = 1

/** So many at once are enough; more would only make a slow machine slower, until everything takes for ever. */
const mostUnderWay = 24

/** Starts new connections by the clock, whether or not those before have ended: a slow answer thins nothing out. */
export function startStream({ shot, perSecond }: StreamOrder): number {
  const began = performance.now()
  const tally: Record<string, number> = {}
  const failedAt: number[] = []
  const pending = new Set<Promise<void>>()
  let sent = 0
  let slowestMs = 0
  const one = async () => {
    const start = performance.now()
    const outcome = await shootOnce(shot)
    slowestMs = Math.max(slowestMs, performance.now() - start)
    count(tally, outcome)
    if (outcome.kind !== 'answered') failedAt.push(Math.round(start - began))
  }
  let leftOut = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) * perSecond) / 1000) - leftOut
    for (; sent < due; sent++) {
      if (pending.size >= mostUnderWay) {
        leftOut += due - sent
        return
      }
      const running = one().finally(() => pending.delete(running))
      pending.add(running)
    }
  }, 5)
  return remember(async (): Promise<StreamReport> => {
    clearInterval(timer)
    await Promise.all(pending)
    return { sent, tally, failedAt, slowestMs: Math.round(slowestMs) }
  })
}

/** One socket that keeps sending and notes who answers. */
export function startFlow(order: FlowOrder): number {
  const runs: { pod: string; count: number }[] = []
  let sent = 0
  let last = performance.now()
  let longestGapMs = 0
  let ended: string | undefined
  const heard = (text: string) => {
    const now = performance.now()
    longestGapMs = Math.max(longestGapMs, now - last)
    last = now
    const pod = text.trim().split(' ')[0] ?? ''
    const run = runs.at(-1)
    if (run?.pod === pod) run.count++
    else runs.push({ pod, count: 1 })
  }
  const line = order.protocol === 'TCP' ? tcpLine(order, heard) : udpLine(order, heard)
  line.onEnd((why) => (ended ??= why))
  const timer = setInterval(() => {
    sent++
    line.send()
  }, order.everyMs)
  const soFar = (): FlowReport => {
    const gap = Math.max(longestGapMs, performance.now() - last)
    return { sent, runs, longestGapMs: Math.round(gap), ...(ended === undefined ? {} : { ended }) }
  }
  const id = remember((): FlowReport => {
    clearInterval(timer)
    line.close()
    flows.delete(id)
    return soFar()
  })
  flows.set(id, soFar)
  return id
}

/** Of a flow that goes on. */
export function flowSoFar(id: number): FlowReport {
  const soFar = flows.get(id)
  if (soFar === undefined) throw new Error(`no flow goes on under ${id}`)
  return soFar()
}

interface Line {
  send(): void
  onEnd(told: (why: string) => void): void
  close(): void
}

function udpLine({ from, to, port }: FlowOrder, heard: (text: string) => void): Line {
  const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4')
  socket.on('message', (bytes) => heard(bytes.toString()))
  // Port unreachable while nobody listens is part of the story: it goes on.
  socket.on('error', () => {})
  socket.bind(from === undefined ? {} : { address: from })
  return {
    send: () => socket.send('?', port, to, () => {}),
    onEnd: () => {},
    close: () => socket.close(),
  }
}

function tcpLine({ from, to, port }: FlowOrder, heard: (text: string) => void): Line {
  const socket = connect({ host: to, port, ...(from === undefined ? {} : { localAddress: from }) })
  socket.on('data', (bytes) => heard(bytes.toString()))
  socket.on('error', () => {})
  return {
    send: () => void (socket.writable && socket.write('?')),
    onEnd: (told) => {
      socket.on('error', (error) => told(error.message))
      socket.once('close', () => told('closed'))
    },
    close: () => socket.destroy(),
  }
}

function remember(end: () => unknown): number {
  ends.set(next, end)
  return next++
}

export async function stop(id: number): Promise<unknown> {
  const end = ends.get(id)
  ends.delete(id)
  if (end === undefined) throw new Error(`nothing runs under ${id}`)
  return end()
}
