import { basename } from 'node:path'
import { ok, type Result } from '../../lib/result.ts'
import type { ConfigSource } from './config-source.ts'
import { environment, expand } from './environment.ts'
import type { PodSelf } from './fields.ts'
import { marker } from './guard.ts'
import { mapAnyAddress, mapPaths, type MountPath } from './mount-paths.ts'
import type { MountView } from './mounts/mount-view.ts'
import type { Container } from './objects.ts'

/** What a command of a container is started with. */
export interface Setup {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly mounts: readonly MountPath[]
  readonly address: string
  /** Absent: nothing can be mounted here, and paths are mapped instead. */
  readonly view?: MountView
}

export interface Ground {
  readonly self: PodSelf
  readonly container: Container
  readonly mounts: readonly MountPath[]
  readonly view: MountView | undefined
  /** The container's folder, and the one of all pods. */
  readonly root: string
  readonly pods: string
  readonly path: string
  readonly services: Readonly<Record<string, string>>
  readonly sources: ConfigSource
}

/** Of a shell at a terminal: where it is, seen from the container's folder. */
const prompt = '[ root@$HOSTNAME:${PWD#"$SANDBOX_ROOT"}/ ]$ '

/** For whatever runs at a terminal. */
export const terminalEnv = { TERM: 'xterm', PS1: prompt }

/** Fails with what is missing, in a kubelet's words. */
export function setupOf(ground: Ground): Result<Setup, string> {
  const { self, container, mounts, root, view } = ground
  const asked = environment(self, container, ground.services, ground.sources)
  if (!asked.ok) return asked
  const [address = '127.0.0.1'] = self.ips
  const mapped = Object.entries(asked.value).map(
    ([name, value]) => [name, view === undefined ? mapPaths(value, mounts) : value] as const,
  )
  const { workingDir = '/' } = container
  const real = mapPaths(workingDir, mounts)
  // A folder that no volume brings is the machine's: nothing is begun in there.
  const cwd = real === workingDir ? root : view === undefined ? real : workingDir
  return ok({
    env: {
      PATH: ground.path,
      HOME: root,
      HOSTNAME: self.pod.spec?.hostname ?? self.pod.metadata.name,
      // A command of this machine has to be told which of its addresses is the pod's.
      POD_IP: address,
      SANDBOX_ROOT: root,
      ...(container.tty === true ? terminalEnv : {}),
      ...Object.fromEntries(mapped),
      [marker]: ground.pods,
    },
    cwd,
    mounts,
    address,
    ...(view === undefined ? {} : { view }),
  })
}

/** The words of a spec, in which `$(NAME)` stands for a variable. */
export const expanded = (command: readonly string[], { env }: Setup): readonly string[] =>
  command.map((word) => expand(word, env))

/** A command as it works on this machine: with the pod's address, and the places of files that are not mounted. */
export function localCommand(
  command: readonly string[],
  { mounts, address, view }: Setup,
): readonly string[] {
  const [file = '', ...args] = command.map((word) =>
    mapAnyAddress(view === undefined ? mapPaths(word, mounts) : word, address),
  )
  const python = /^python\d?$/.test(basename(file)) ? 'python3' : file
  const bind =
    python === 'python3' && args.includes('http.server') && !args.some((arg) => /^(--bind|-b)/.test(arg))
      ? ['--bind', address]
      : []
  return [python, ...args, ...bind]
}
