import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { fail, ok, type Result } from '../../../lib/result.ts'
import { hostFiles } from './host-files.ts'
import { LaunchFailure } from '../workload.ts'
import { MountHolder } from './holder.ts'
import { isExecutable, type MountMeans } from './means.ts'
import { mountPlan, type Bind, type Made } from './mount-plan.ts'
import { MountTree, type MountWish } from './mount-tree.ts'
import { enteringCommand, holdingCommand } from './mounting-command.ts'

/** The files of a container, for the processes that are begun in it. */
export interface MountView {
  /** The line that becomes a command with everything mounted, in that folder of the container. Rejects with `LaunchFailure`. */
  begin(command: readonly string[], cwd: string): Promise<readonly string[]>
  /** Where on this machine a path of the container is. It may be that nothing is there. */
  find(path: string): string | undefined
  /** Whether a container that begins there finds a program by this name. */
  hasProgram(name: string, searched: string, cwd: string): boolean
  /** What runs in it keeps its mounts. */
  close(): void
}

export interface ViewWish {
  readonly means: MountMeans
  readonly wishes: readonly MountWish[]
  /** A folder for this view alone; it is made. */
  readonly folder: string
  readonly hostname: string
  /** Variables of the process that mounts. */
  readonly env?: Readonly<Record<string, string>>
}

/** Prepares the mounts of a container, in a folder of its pod, for when the first process begins. Fails with the one that has no place. */
export function mountView({
  means,
  wishes,
  folder,
  hostname,
  env = {},
}: ViewWish): Result<MountView, string> {
  const tree = MountTree.of(wishes, hostFiles)
  if (!tree.ok) return tree
  const shells = join(folder, 'root')
  const table = join(folder, 'fstab')
  const plan = mountPlan(tree.value, shells)
  if (!plan.ok) return plan
  const { made, binds, root } = plan.value
  try {
    mkdirSync(folder, { recursive: true })
    made.forEach(make)
    writeFileSync(table, binds.map(fstabLine).join(''))
  } catch (error) {
    return fail(`the places of volumes cannot be made: ${(error as Error).message}`)
  }
  const find = (path: string) => tree.value.find(path)
  const isProgram = (path: string): boolean => {
    const real = find(path)
    return real !== undefined && hostFiles.look(real) === 'file' && isExecutable(real)
  }
  const holder = new MountHolder(holdingCommand(means, hostname, table), env)
  return ok({
    async begin(command, cwd) {
      const pid = await holder.pid().catch((error: Error) => {
        throw new LaunchFailure('RunContainerError', `the volumes cannot be mounted: ${error.message}`)
      })
      return enteringCommand(means, { pid, cwd, command, ...(root === undefined ? {} : { root }) })
    },
    close: () => holder.close(),
    find,
    hasProgram: (name, searched, cwd) =>
      name.includes('/')
        ? isProgram(isAbsolute(name) ? name : join(cwd, name))
        : searched.split(':').some((folder) => isProgram(join(folder, name))),
  })
}

function make(one: Made): void {
  if ('link' in one) return symlinkSync(one.link, one.path)
  if (one.is === 'folder') mkdirSync(one.path, { recursive: true })
  else writeFileSync(one.path, '')
}

/** As fstab(5) writes a space, a tab, a new line and a backslash. */
const octal = (path: string): string =>
  path.replaceAll(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)

/** What is mounted within a source comes along: a user may not leave it behind. */
const fstabLine = ({ source, target, readOnly, optional }: Bind): string =>
  `${octal(source)} ${octal(target)} none rbind${readOnly ? ',ro,nosuid,nodev' : ''}${optional ? ',nofail' : ''} 0 0\n`
