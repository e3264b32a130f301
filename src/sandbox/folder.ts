import { join } from 'node:path'
import { SandboxRefused } from './problem.ts'

/** Where everything of one sandbox lies. */
export interface Folder {
  readonly path: string
  /** Who runs here. */
  readonly lock: string
  readonly kubeconfig: string
  readonly log: string
  /** Where `status`, `stop` and `chaos` ask. */
  readonly control: string
  readonly balancerSocket: string
  /** What the balancer keeps. */
  readonly balancer: string
  /** What pods have of files. */
  readonly pods: string
  /** Commands that pods find before those of the machine. */
  readonly tools: string
}

/** A unix socket's path may have 107 bytes on Linux and 103 elsewhere. */
const longestSocket = 103

/** Throws `SandboxRefused` where the path leaves no room for sockets. */
export function folderAt(path: string): Folder {
  const within = (name: string) => join(path, name)
  const folder: Folder = {
    path,
    lock: within('lock'),
    kubeconfig: within('kubeconfig'),
    log: within('log'),
    control: within('control.sock'),
    balancerSocket: within('balancer.sock'),
    balancer: within('balancer'),
    pods: within('pods'),
    tools: within('tools'),
  }
  const excess = Buffer.byteLength(folder.balancerSocket) - longestSocket
  if (excess > 0)
    throw new SandboxRefused(
      `${path} is ${excess} bytes too long: a socket in it could not be named`,
      'name a shorter folder with --state-dir',
    )
  return folder
}

/** All sandboxes of a user, each in a folder of its name (XDG base directory specification). */
export function sandboxesHome(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const given = env['XDG_STATE_HOME'] ?? ''
  // "All paths must be absolute. A relative one is to be ignored."
  const state = given.startsWith('/') ? given : join(home, '.local', 'state')
  return join(state, 'lb-controller', 'sandbox')
}
