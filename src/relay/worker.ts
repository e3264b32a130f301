import type { Log } from '../observe/log.ts'
import type { SharingRelay } from './frontend.ts'
import { LocalRelay } from './local-relay.ts'
import type { Answer, Ask, Numbered, Told, Wire } from './worker-talk.ts'

/** Without the process that asks, connections may end in this time, as nobody will say more. */
const orphanGraceMs = 10_000

type Logged = Extract<Answer, { log: unknown }>

/**
 * Serves what the other end asks for, beside other processes at the same ports. Resolves when the other end is gone and
 * nothing is open any more: then the process may end.
 */
export async function runWorker(
  wire: Wire<Answer, Numbered>,
  make: (maxOpen: number | undefined, log: Log) => SharingRelay = shared,
): Promise<void> {
  let relay: SharingRelay | undefined
  const answers: { readonly [D in Ask['do']]: (ask: Extract<Ask, { do: D }>) => Promise<Told[D]> } = {
    start: ({ maxOpen }) => {
      relay = make(maxOpen, logOver(wire))
      return Promise.resolve(null)
    },
    change: ({ put, remove }) => started(relay).change(put, remove),
    counters: async () => [...(await started(relay).counters())],
    hold: () =>
      started(relay)
        .hold()
        .then(() => null),
    pins: () => started(relay).pins(),
    adopt: ({ pins }) =>
      started(relay)
        .adopt(pins)
        .then(() => null),
    drain: ({ graceMs }) =>
      started(relay)
        .drain(graceMs)
        .then(() => null),
  }
  await new Promise<void>((resolve) => {
    wire.onEnd(resolve)
    wire.onMessage(({ id, ask }) => {
      const answer = answers[ask.do] as (ask: Ask) => Promise<Told[Ask['do']]>
      Promise.resolve(ask)
        .then(answer)
        .then(
          (told) => wire.send({ id, told }),
          (error: unknown) =>
            wire.send({ id, failed: error instanceof Error ? error.message : String(error) }),
        )
    })
  })
  await relay?.drain(orphanGraceMs)
}

const shared = (maxOpen: number | undefined, log: Log): SharingRelay =>
  new LocalRelay({ sharePorts: true, log, ...(maxOpen === undefined ? {} : { maxOpen }) })

function started(relay: SharingRelay | undefined): SharingRelay {
  if (relay === undefined) throw new Error('not started yet')
  return relay
}

function logOver(wire: Wire<Answer, Numbered>, always: object = {}): Log {
  const line =
    (log: Logged['log']): Log['info'] =>
    (message, fields = {}) => {
      const plain = Object.entries(fields).map(([key, value]) => [
        key,
        value instanceof Error ? value.message : value,
      ])
      wire.send({ log, message, fields: { ...always, ...Object.fromEntries(plain) } })
    }
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (fields) => logOver(wire, { ...always, ...fields }),
  }
}
