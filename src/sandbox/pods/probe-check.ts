import { request } from 'node:http'
import { request as requestTls } from 'node:https'
import { connect } from 'node:net'
import { requestPath } from '../../lib/request-path.ts'
import type { Container, Handler, HttpGet, Probe } from './objects.ts'
import type { Place } from './workload.ts'

export interface Checked {
  readonly ok: boolean
  /** Why not, in a kubelet's words. */
  readonly message: string
}

export interface CheckWish {
  readonly handler: Handler & Pick<Probe, 'grpc'>
  readonly container: Container
  readonly address: string
  readonly timeoutMs: number
}

/** Runs a command in the container; answers its exit code and output. */
export type ExecCheck = (
  command: readonly string[],
  timeoutMs: number,
) => Promise<{ readonly exitCode: number; readonly output: string }>

const fine: Checked = { ok: true, message: '' }
const failed = (message: string): Checked => ({ ok: false, message })

/** One look at a container, as a probe or a lifecycle hook asks for it. Rejects when it cannot even be asked. */
export async function check(wish: CheckWish, place: Place, exec: ExecCheck): Promise<Checked> {
  const { handler, container, address, timeoutMs } = wish
  const { httpGet, tcpSocket, exec: command, grpc } = handler
  const portOf = (port: number | string): number =>
    typeof port === 'number'
      ? port
      : (container.ports?.find(({ name }) => name === port)?.containerPort ?? numbered(port))
  if (httpGet !== undefined)
    return http(httpGet, place(httpGet.host ?? address, portOf(httpGet.port)), timeoutMs)
  if (tcpSocket !== undefined) return tcp(place(tcpSocket.host ?? address, portOf(tcpSocket.port)), timeoutMs)
  if (command !== undefined) {
    const { exitCode, output } = await exec(command.command ?? [], timeoutMs)
    return exitCode === 0 ? fine : failed(`command failed with exit code ${exitCode}: ${output}`)
  }
  return failed(
    grpc === undefined
      ? 'a probe without a handler: expected httpGet, tcpSocket or exec'
      : 'the sandbox has no grpc probes: use httpGet, tcpSocket or exec',
  )
}

function numbered(port: string): number {
  if (/^\d+$/.test(port)) return Number(port)
  throw new Error(`port ${port} not found`)
}

type At = ReturnType<Place>

function http(
  { path = '/', scheme, httpHeaders = [] }: HttpGet,
  at: At,
  timeoutMs: number,
): Promise<Checked> {
  const isTls = scheme?.toUpperCase() === 'HTTPS'
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]))
  const options = {
    host: at.address,
    port: at.port,
    path: requestPath(path),
    agent: false as const,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(timeoutMs),
    headers: { 'user-agent': 'kube-probe/1.35', accept: '*/*', connection: 'close', ...headers },
  }
  return new Promise((resolve) => {
    const sent = (isTls ? requestTls : request)(options, (response) => {
      const { statusCode = 0 } = response
      response.resume()
      resolve(
        statusCode >= 200 && statusCode < 400
          ? fine
          : failed(`HTTP probe failed with statuscode: ${statusCode}`),
      )
    })
    sent.once('error', (error) =>
      resolve(
        failed(`Get "${isTls ? 'https' : 'http'}://${at.address}:${at.port}${path}": ${reasonOf(error)}`),
      ),
    )
    sent.end()
  })
}

function tcp(at: At, timeoutMs: number): Promise<Checked> {
  return new Promise((resolve) => {
    const socket = connect({ host: at.address, port: at.port })
    const done = (checked: Checked) => {
      socket.destroy()
      resolve(checked)
    }
    socket.setTimeout(timeoutMs, () => done(failed(`dial tcp ${at.address}:${at.port}: i/o timeout`)))
    socket.once('connect', () => done(fine))
    socket.once('error', (error) => done(failed(`dial tcp ${at.address}:${at.port}: ${reasonOf(error)}`)))
  })
}

const reasonOf = (error: NodeJS.ErrnoException): string => {
  if (error.code === 'ECONNREFUSED') return 'connect: connection refused'
  return error.name === 'TimeoutError' || error.name === 'AbortError'
    ? 'context deadline exceeded'
    : error.message
}
