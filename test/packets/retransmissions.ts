import { must } from './command.ts'

/**
 * How often the kernel of a namespace had to send the first packet of a connection again: what a packet that was dropped
 * shows even to a client with patience, and a slow machine does not.
 */
export async function firstPacketsAgain(namespace: string): Promise<number> {
  const text = await must(['ip', 'netns', 'exec', namespace, 'cat', '/proc/net/netstat'])
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '))
  const at = names.indexOf('TCPSynRetrans')
  if (at < 0) throw new Error(`this kernel does not count TCPSynRetrans:\n${text}`)
  return Number(values[at])
}
