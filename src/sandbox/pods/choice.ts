import { imageRow, imageTable, parseImage, type ImageRow } from './images.ts'
import type { Container, Pod } from './objects.ts'

/** On a pod: a shell line that its container runs, or `echo`. With `.NAME` behind it, for the container of that name. */
export const commandAnnotation = 'sandbox.lb-controller.io/command'

/** What a container comes to on this machine. `what` says it to people. */
export type Choice = { readonly what: string } & (
  | {
      readonly is: 'echo'
      readonly tcp: readonly number[]
      readonly udp: readonly number[]
      readonly text?: string
    }
  | { readonly is: 'nginx' }
  | { readonly is: 'pause' }
  | { readonly is: 'command'; readonly command: readonly string[] }
)

export interface Refusal {
  readonly is: 'refused'
  readonly reason: 'ErrImagePull' | 'InvalidImageName'
  readonly message: string
}

/** The annotation decides, then the container's command, then the table of images. */
export function choose({ metadata: { annotations = {} } }: Pod, container: Container): Choice | Refusal {
  const line = annotations[`${commandAnnotation}.${container.name}`] ?? annotations[commandAnnotation]
  if (line?.trim() === 'echo') return echoOf(container, [8080], [])
  if (line !== undefined)
    return { is: 'command', command: ['sh', '-c', line], what: `"${line}", of its annotation` }
  const { image = '', command = [], args = [] } = container
  const name = parseImage(image)
  if (name === undefined)
    return {
      is: 'refused',
      reason: 'InvalidImageName',
      message: `couldn't parse image name "${image}": expected [REGISTRY/]NAME[:TAG] in lower case`,
    }
  const row = imageRow(name.repository)
  const isNginx = row?.runs.is === 'nginx' && command[0]?.split('/').at(-1) === 'nginx'
  if (command.length > 0 && !isNginx)
    return { is: 'command', command: [...command, ...args], what: 'its command, on this machine' }
  return row === undefined ? unknown(image) : ofRow(row, container)
}

function ofRow({ runs, what }: ImageRow, container: Container): Choice {
  const { args = [] } = container
  if (runs.is === 'echo') return echoOf(container, runs.ports, runs.udpPorts ?? [])
  if (runs.is !== 'command') return { is: runs.is, what }
  // An image's own command is what its arguments are for; a shell has its arguments instead.
  return runs.command[0] === 'sh' && args.length > 0
    ? { is: 'command', command: args, what: 'its arguments, on this machine' }
    : { is: 'command', command: [...runs.command, ...args], what }
}

/** `--port 80`, `--port=80`, `-listen=:5678`: as echo servers take where to listen. */
const portFlags = /^--?(?:http-port|port|listen)(?:=|$)/
const textFlags = /^--?text(?:=|$)/

function flagValue(args: readonly string[], flag: RegExp): string | undefined {
  const at = args.findIndex((arg) => flag.test(arg))
  const arg = args[at]
  return arg?.includes('=') === true ? arg.slice(arg.indexOf('=') + 1) : args[at + 1]
}

function echoOf(
  { ports = [], args = [] }: Container,
  tcpDefault: readonly number[],
  udpDefault: readonly number[],
): Choice {
  const flagged = args.some((arg) => portFlags.test(arg)) ? flagValue(args, portFlags) : undefined
  const port = Number(flagged?.split(':').at(-1))
  const own = Number.isInteger(port) && port > 0 && port < 65_536 ? [port] : []
  const text = args.some((arg) => textFlags.test(arg)) ? flagValue(args, textFlags) : undefined
  const numbers = (protocol: string) =>
    ports.filter((one) => (one.protocol ?? 'TCP') === protocol).map(({ containerPort }) => containerPort)
  const named = ports.length > 0
  const tcp = [...new Set([...numbers('TCP'), ...own, ...(named || own.length > 0 ? [] : tcpDefault)])]
  const udp = [...new Set([...numbers('UDP'), ...(named ? [] : udpDefault)])]
  return {
    is: 'echo',
    tcp,
    udp,
    ...(text === undefined ? {} : { text }),
    what: 'an echo server in process',
  }
}

function unknown(image: string): Refusal {
  const known = imageTable.flatMap(({ names }) => names.slice(0, 1)).map((name) => name.replace('*/', ''))
  return {
    is: 'refused',
    reason: 'ErrImagePull',
    message:
      `the sandbox pulls no images and has nothing that stands in for "${image}". Known are ${known.join(', ')} ` +
      `and more ("lb-controller sandbox images" lists all). To run something else, give the container a command of ` +
      `this machine, or the pod an annotation: ${commandAnnotation}: "COMMAND", or "echo" for an echo server`,
  }
}
