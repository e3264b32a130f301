import { monotonicClock, type Clock } from '../../lib/clock.ts'
import { choose } from './choice.ts'
import { EchoHouse } from './echo/house.ts'
import { startEcho, type EchoTools } from './echo/server.ts'
import type { Launch, LaunchWish } from './launch.ts'
import { LaunchFailure, type Place } from './workload.ts'

export interface LauncherOptions {
  readonly clock?: Clock
  readonly place?: Place
  /** From SIGTERM until an echo server takes no more connections. Default 300 ms. */
  readonly echoLingerMs?: number
}

/** Begins containers: echo servers in process, all else as processes. */
export function launcher(options: LauncherOptions = {}): Launch {
  const clock = options.clock ?? monotonicClock
  const tools: EchoTools = {
    clock,
    house: new EchoHouse(clock),
    place: options.place ?? ((address, port) => ({ address, port })),
    lingerMs: options.echoLingerMs ?? 300,
  }
  return async (wish) => {
    const choice = choose(wish.pod, wish.container)
    const { what } = choice as { what: string }
    switch (choice.is) {
      case 'refused':
        throw new LaunchFailure(choice.reason, choice.message)
      case 'echo':
        return { what, workload: await startEcho(echoWish(wish, choice), tools) }
      case 'pause':
        return { what, workload: await startEcho(echoWish(wish, { tcp: [], udp: [] }), tools) }
      default:
        throw new LaunchFailure('RunContainerError', 'commands are not run')
    }
  }
}

function echoWish(
  { pod, ips, output }: LaunchWish,
  {
    tcp,
    udp,
    text,
  }: { readonly tcp: readonly number[]; readonly udp: readonly number[]; readonly text?: string },
) {
  const { name, namespace = 'default' } = pod.metadata
  return {
    who: { namespace, pod: name, node: pod.spec?.nodeName ?? '', ...(text === undefined ? {} : { text }) },
    address: ips[0] ?? '127.0.0.1',
    ports: [
      ...tcp.map((port) => ({ port, protocol: 'TCP' as const })),
      ...udp.map((port) => ({ port, protocol: 'UDP' as const })),
    ],
    log: (line: string) => output.line(line),
  }
}
