import type { MountMeans } from './means.ts'

/** Mounts, says so in a line, and waits until its input ends. What it has mounted is seen by nobody who does not enter it. */
export function holdingCommand({ programs, mounter }: MountMeans, hostname: string, table: string) {
  const { sh, unshare, mount } = programs
  const script = [
    ...(programs.hostname === undefined ? [] : [`"${programs.hostname}" "$1" 2>/dev/null`]),
    `"${mount}" -a -T "$2" || exit`,
    'echo ready',
    'read -r end',
  ].join('\n')
  return [
    unshare,
    ...(mounter === 'root' ? [] : ['--user', '--map-root-user']),
    '--mount',
    '--uts',
    '--propagation',
    'private',
    sh,
    '-c',
    script,
    sh,
    hostname,
    table,
  ]
}

export interface EnteringWish {
  /** Who holds the mounts. */
  readonly pid: number
  readonly root?: string
  /** Seen with the mounts in place. */
  readonly cwd: string
  readonly command: readonly string[]
}

/**
 * Enters the mounts of another process, and becomes the command: the same process, so that signals, exit codes and process
 * groups are its own, and no shell between that would drop variables. Who was root of a namespace to mount is the user
 * again, without any right that he did not have.
 */
export function enteringCommand({ programs, mounter }: MountMeans, wish: EnteringWish): readonly string[] {
  const { nsenter, unshare } = programs
  const { pid, root, cwd, command } = wish
  const asUser = mounter !== 'root'
  return [
    nsenter,
    `--target=${pid}`,
    '--mount',
    '--uts',
    ...(asUser ? ['--user', '--preserve-credentials'] : []),
    '--',
    unshare,
    ...(asUser ? ['--user', `--map-user=${mounter.uid}`, `--map-group=${mounter.gid}`] : []),
    ...(root === undefined ? [] : [`--root=${root}`]),
    `--wd=${cwd}`,
    '--',
    ...command,
  ]
}
