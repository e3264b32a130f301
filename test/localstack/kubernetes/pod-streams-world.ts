import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { ApiFault } from '../../../localstack/kubernetes/fault.ts'
import type { LogOptions, PodRuntime, Terminal } from '../../../localstack/kubernetes/pod-runtime.ts'
import type { ApiServer } from '../../../localstack/kubernetes/server.ts'
import { serving } from './client.ts'

/** Two pods on a node, one with two containers, and one that has no node yet. */
const pods = [
  { name: 'web', nodeName: 'node-1', containers: ['nginx'] },
  { name: 'pair', nodeName: 'node-1', containers: ['main', 'side'] },
  { name: 'new', nodeName: undefined, containers: ['nginx'] },
]

const texts = async (from: Readable) => Buffer.concat(await from.toArray()).toString()

type Command = (io: Terminal, signal: AbortSignal) => Promise<number>

/** What the pods of this world can run. */
export function fakeRuntime() {
  const seen = { logs: [] as LogOptions[], aborted: false, sizes: [] as string[] }
  const commands: Readonly<Record<string, Command>> = {
    both: async ({ stdout, stderr }) => {
      stdout?.write('out')
      stderr?.write('err')
      return 3
    },
    cat: async ({ stdin, stdout }) => {
      stdout?.write(await texts(stdin as Readable))
      return 0
    },
    much: async ({ stdout }) => {
      for (let left = 64; left > 0; left--)
        if (stdout?.write(Buffer.alloc(65_536, left)) === false) await once(stdout, 'drain')
      return 0
    },
    sized: async ({ onResize, stdout }) => {
      const size = await new Promise<string>((resolve) =>
        onResize(({ columns, rows }) => resolve(`${columns}x${rows}`)),
      )
      stdout?.write(size)
      return 0
    },
    forever: (_io, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          seen.aborted = true
          resolve(137)
        }),
      ),
    deaf: async ({ stdout }) => {
      stdout?.write('no')
      return 0
    },
  }
  const runtime: PodRuntime = {
    async *logs({ container }, options) {
      seen.logs.push(options)
      if (options.previous) throw new ApiFault(400, 'BadRequest', 'previous terminated container not found')
      yield Buffer.from(`one of ${container}\n`)
      yield Buffer.from('two\n')
    },
    async exec(_of, [name = ''], io, signal) {
      const run = commands[name]
      if (run === undefined) throw new ApiFault(500, 'InternalError', `exec: "${name}": not found`)
      return { exitCode: await run(io, signal) }
    },
    async attach(_of, { stdout }) {
      stdout?.write('attached')
      return { exitCode: 9 }
    },
    async dial(_of, port) {
      if (port !== 80) throw new Error(`connect ECONNREFUSED :${port}`)
      const echo = new PassThrough()
      echo.write('hello ')
      return echo
    },
  }
  return { runtime, seen }
}

export type World = ReturnType<typeof fakeRuntime> & { readonly server: ApiServer }

export const withPods = (run: (world: World) => Promise<void>) => {
  const fake = fakeRuntime()
  return serving(
    async (server) => {
      for (const { name, nodeName, containers } of pods)
        server.state.create('pods', {
          metadata: { name, namespace: 'default' },
          spec: {
            ...(nodeName === undefined ? {} : { nodeName }),
            containers: containers.map((container) => ({ name: container, image: 'x' })),
          },
        })
      await soon(run({ ...fake, server }))
    },
    { pods: fake.runtime },
  )
}

/** A stream that never ends fails its own test, and holds up no other. */
async function soon(work: Promise<void>): Promise<void> {
  const over = new AbortController()
  const late = async () => {
    await setTimeout(10_000, undefined, { signal: over.signal })
    throw new Error('the streams have not ended after 10 seconds')
  }
  try {
    await Promise.race([
      work,
      late().catch((error: Error) => {
        if (error.name !== 'AbortError') throw error
      }),
    ])
  } finally {
    over.abort()
  }
}

export const podPath = (name: string) => `/api/v1/namespaces/default/pods/${name}`

/** A client of channels, as kubectl is one. */
export function channels(
  { url }: ApiServer,
  path: string,
  protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
) {
  const socket = new WebSocket(url.replace('http', 'ws') + path, protocols)
  const got: Buffer[][] = [[], [], [], []]
  socket.on('message', (data: Buffer) => got[data[0] ?? 0]?.push(data.subarray(1)))
  const text = (channel: number) => Buffer.concat(got[channel] ?? []).toString()
  return {
    socket,
    opened: once(socket, 'open'),
    closed: once(socket, 'close'),
    send: (channel: number, payload: string | Uint8Array) =>
      socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(payload)])),
    stdout: () => text(1),
    stderr: () => text(2),
    // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever JSON comes back
    status: (): any => JSON.parse(text(3)),
  }
}
