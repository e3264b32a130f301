import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** The programs of this machine that mount, by their full paths: a container's PATH is its own. */
export interface MountPrograms {
  readonly sh: string
  readonly unshare: string
  readonly mount: string
  readonly nsenter: string
  readonly hostname?: string
}

/** Who mounts. Root does it as itself; another user as root of a namespace of users, and is itself again behind it. */
export type Mounter = 'root' | { readonly uid: number; readonly gid: number }

export interface MountMeans {
  readonly programs: MountPrograms
  readonly mounter: Mounter
}

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

const findProgram = (name: string): string | undefined =>
  folders.map((folder) => join(folder, name)).find(isExecutable)

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What this machine would mount with, or what it lacks. Whether the system lets us is another question. */
export function mountMeans(): MountMeans | string {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  if (process.platform !== 'linux' || uid === undefined || gid === undefined)
    return 'only Linux has namespaces of mounts'
  const [sh, unshare, mount, nsenter] = ['sh', 'unshare', 'mount', 'nsenter'].map(findProgram)
  const hostname = findProgram('hostname')
  if (sh === undefined || unshare === undefined || mount === undefined || nsenter === undefined)
    return 'this machine lacks unshare, mount or nsenter, of util-linux'
  return {
    programs: { sh, unshare, mount, nsenter, ...(hostname === undefined ? {} : { hostname }) },
    mounter: uid === 0 ? 'root' : { uid, gid },
  }
}
