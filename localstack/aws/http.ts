import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { requestUrl } from '../../src/lib/request-url.ts'
import { requestId } from './cloud.ts'
import type { Cloud } from './cloud.ts'
import { control } from './control.ts'
import { AwsFault, BrokenConnection, fault } from './fault.ts'
import type { Service } from './switches.ts'
import { decodeQuery } from './wire/query-decode.ts'
import { operationOf } from './wire/shape.ts'
import { encodeAnswer, encodeFault } from './wire/xml-encode.ts'

/** An import would read all that the module offers, and so load an HTTP client that costs 12 MB. */
const { createServer } = process.getBuiltinModule('node:http')

export interface Endpoint {
  readonly url: string
  close(): Promise<void>
}

const versions = new Map<string | null, Service>([
  ['2015-12-01', 'elbv2'],
  ['2012-06-01', 'elb'],
  ['2016-11-15', 'ec2'],
])

export interface AwsHttpOptions {
  readonly port?: number
  readonly host?: string
  /** A unix socket where the same is answered. Where there is one, the controls and `pages` are answered there alone. */
  readonly socket?: string
  /** What else is answered, by `METHOD PATH`, to a body. */
  readonly pages?: Readonly<Record<string, (body: string) => unknown>>
  /** Whether who has this access key is answered on the port. Default: whoever shows one. */
  readonly knows?: (accessKeyId: string | undefined) => boolean
}

/** What is answered at a place. */
interface Place {
  readonly pages: NonNullable<AwsHttpOptions['pages']>
  readonly hasControls: boolean
  readonly knows: NonNullable<AwsHttpOptions['knows']>
}

/** Serves the cloud by the Query protocol, all services on one port, and its controls below `/_/`. */
export async function startAws(
  cloud: Cloud,
  { port = 0, host = '127.0.0.1', socket, pages = {}, knows = anybody }: AwsHttpOptions = {},
): Promise<Endpoint> {
  const open = async (
    place: Place,
    ...at: [path: string] | [port: number, host: string]
  ): Promise<Server> => {
    const server = createServer((request, response) => {
      serve(cloud, place, request, response).catch((error: unknown) => fail(request, response, error))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(...(at as [number, string]), resolve)
    })
    return server
  }
  const whole: Place = { pages, hasControls: true, knows: anybody }
  const server = await open(
    socket === undefined ? { ...whole, knows } : { pages: {}, hasControls: false, knows },
    port,
    host,
  )
  const servers = [server]
  try {
    if (socket !== undefined) servers.push(await open(whole, socket))
  } catch (error) {
    await end(server)
    throw error
  }
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      await Promise.all(servers.map(end))
    },
  }
}

const anybody = () => true

async function end(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}

/** A cut is a connection that breaks; anything else that gets here is a fault of this server or of its driver. */
function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (error instanceof BrokenConnection || response.headersSent) return void request.socket.destroy()
  response.writeHead(400, { 'content-type': 'text/plain' }).end(`${String(error)}\n`)
}

async function serve(
  cloud: Cloud,
  { pages, hasControls, knows }: Place,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request)
  const url = requestUrl(request.url)
  if (url === undefined) throw new Error(`${JSON.stringify(request.url)} is no path`)
  const { pathname, search } = url
  const page = pages[`${request.method} ${pathname}`]
  if (page !== undefined || pathname.startsWith('/_/')) {
    const answer =
      page !== undefined
        ? ((await page(body)) as object)
        : hasControls
          ? control(cloud, request.method ?? '', pathname, body)
          : undefined
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { error: 'not found' }))
    return
  }
  const form = new URLSearchParams(request.method === 'GET' ? search : body)
  const service = versions.get(form.get('Version'))
  try {
    const caller = callerIn(request)
    if (!knows(caller)) throw fault('InvalidClientTokenId', 'The security token is invalid.', 403)
    const xml = await answerTo(cloud, service, form, caller)
    response.writeHead(200, { 'content-type': 'text/xml' }).end(xml)
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error
    if (error.requestId === '') error.requestId = requestId(cloud.log.length)
    response
      .writeHead(error.status, { 'content-type': 'text/xml', 'x-amzn-requestid': error.requestId })
      .end(encodeFault(service ?? 'elbv2', error))
  }
}

/** The access key that a request is signed with. Nothing here looks at the signature. */
function callerIn({ headers: { authorization } }: IncomingMessage): string | undefined {
  if (authorization === undefined)
    throw fault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
  return /Credential=(?<key>[^/]+)\//.exec(authorization)?.groups?.['key']
}

async function answerTo(
  cloud: Cloud,
  service: Service | undefined,
  form: URLSearchParams,
  caller: string | undefined,
): Promise<string> {
  const action = form.get('Action') ?? ''
  if (service === undefined)
    throw fault(
      'InvalidAction',
      `Could not find operation ${action} for version ${form.get('Version') ?? ''}`,
    )
  const operation = operationOf(service, action)
  const output = await cloud.call(service, action, decodeQuery(service, operation.input, form), caller)
  return encodeAnswer(service, action, operation.output, output, requestId(cloud.log.length - 1))
}
