import type { Duplex } from 'node:stream'
import type * as Library from 'ws'
import type { WebSocket } from 'ws'
import { writePatiently } from '../../../src/lib/patient-write.ts'
import { ApiFault, badRequest } from '../fault.ts'
import { fieldAt, type AnyObject } from '../object.ts'
import type { ContainerRef, PodRuntime } from '../pod-runtime.ts'
import { channelProtocols, channelsOf } from '../streams/channels.ts'
import { containerOf } from '../streams/containers.ts'
import { forwardPorts, forwardProtocol } from '../streams/port-forward.ts'
import { conduct, type Remote } from '../streams/remote.ts'
import { spdyRemote } from '../streams/spdy-remote.ts'
import { logOptions, streamsAsked } from '../streams/stream-query.ts'
import { isWebSocket, openWebSocket } from '../streams/web-socket.ts'
import type { Call } from './handlers.ts'
import type { Upgrade } from './upgrade.ts'

/** The pod of the request, or 404; 400 when it runs nowhere yet. */
function podOf({ state, target }: Call): AnyObject {
  const pod = state.get('pods', {
    name: target.name ?? '',
    namespace: target.namespace ?? 'default',
  })
  if (!fieldAt(pod, 'spec.nodeName'))
    throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`)
  return pod
}

function runtimeOf({ pods }: Call): PodRuntime {
  if (pods === undefined)
    throw new ApiFault(
      501,
      'NotImplemented',
      'nothing runs in the pods of this server: it has no logs, exec or attach',
    )
  return pods
}

function containerRef(call: Call, pod: AnyObject): ContainerRef {
  const { name, namespace = 'default' } = pod.metadata
  return { name, namespace, container: containerOf(pod, call.url.searchParams.get('container') ?? undefined) }
}

function upgradeIn(call: Call): Upgrade {
  if (call.upgrade === undefined) throw badRequest('Upgrade request required')
  return call.upgrade
}

const isSpdy = ({ request }: Call) => request.headers.upgrade?.toLowerCase() === 'spdy/3.1'

/** Answers the request to speak SPDY, in one of the protocols above it that is accepted. */
function openSpdy({ request }: Call, upgrade: Upgrade, accepted: readonly string[]): Duplex {
  const offered = [request.headers['x-stream-protocol-version'] ?? ''].flat().join(',').split(',')
  const protocol = offered.map((name) => name.trim()).find((name) => accepted.includes(name))
  if (protocol === undefined)
    throw new ApiFault(
      403,
      'Forbidden',
      `unable to upgrade: none of the client's protocols is one of ${accepted.join(', ')}`,
    )
  const { socket, head } = upgrade.take()
  if (head.length > 0) socket.unshift(head)
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  )
  return socket
}

/** The user's streams over whatever the client speaks: WebSocket, or SPDY as kubectl did before 1.31. */
async function remoteOf(call: Call): Promise<Remote> {
  const upgrade = upgradeIn(call)
  const asked = streamsAsked(call.url.searchParams)
  if (isWebSocket(call.request))
    return openWebSocket(call.request, upgrade, channelProtocols, (socket) => channelsOf(socket, asked))
  if (isSpdy(call)) return spdyRemote(openSpdy(call, upgrade, ['v4.channel.k8s.io']), asked)
  throw badRequest('Upgrade request required')
}

async function exec(call: Call): Promise<void> {
  const runtime = runtimeOf(call)
  const of = containerRef(call, podOf(call))
  const command = call.url.searchParams.getAll('command')
  if (command.length === 0) throw badRequest('you must specify at least 1 command')
  await conduct(await remoteOf(call), (io, signal) => runtime.exec(of, command, io, signal))
}

async function attach(call: Call): Promise<void> {
  const runtime = runtimeOf(call)
  const of = containerRef(call, podOf(call))
  await conduct(await remoteOf(call), async (io, signal) => {
    // How the container ended stands in the pod's status: to kubectl it is no failure of the attaching.
    const { message } = await runtime.attach(of, io, signal)
    return message === undefined ? { exitCode: 0 } : { exitCode: 0, message }
  })
}

/** Current clients put SPDY into a WebSocket. */
async function forward(call: Call): Promise<void> {
  const runtime = runtimeOf(call)
  const { name, namespace = 'default' } = podOf(call).metadata
  const upgrade = upgradeIn(call)
  const wire = isWebSocket(call.request)
    ? await openWebSocket(call.request, upgrade, [`SPDY/3.1+${forwardProtocol}`], tunnelOf)
    : openSpdy(call, upgrade, [forwardProtocol])
  const gone = new AbortController()
  wire.once('close', () => gone.abort())
  await forwardPorts(wire, runtime, { name, namespace }, gone.signal)
}

const tunnelOf = (socket: WebSocket, { createWebSocketStream }: typeof Library): Duplex =>
  createWebSocketStream(socket)

async function logs(call: Call): Promise<void> {
  const runtime = runtimeOf(call)
  const pod = podOf(call)
  const of = containerRef(call, pod)
  const options = logOptions(call.url.searchParams, pod.metadata.name, call.state.clock.now())
  const { response } = call
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const lines = runtime.logs(of, options, gone.signal)[Symbol.asyncIterator]()
  // The first step says whether there is a log at all; only then can the answer begin.
  let next = await lines.next()
  response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' })
  for (; next.done !== true && !gone.signal.aborted; next = await lines.next())
    await writePatiently(response, next.value)
  await lines.return?.()
  response.end()
}

export const podStreams = {
  exec: { get: exec, create: exec },
  attach: { get: attach, create: attach },
  portforward: { get: forward, create: forward },
  log: { get: logs },
}
