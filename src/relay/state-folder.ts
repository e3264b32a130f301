import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** The folder cannot be trusted or used. */
export class FolderRefused extends Error {
  override readonly name = 'FolderRefused'
}

/** Of a folder in which everybody may make files, and nobody may remove those of others. */
const sticky = 0o1000

/** Makes it if it is not there, for this user alone (0700). Throws `FolderRefused`. */
export function claimFolder(folder: string, user = process.getuid?.()): void {
  try {
    make(folder)
  } catch (error) {
    throw new FolderRefused(`${folder} cannot be made: ${reasonOf(error)}`, { cause: error })
  }
  const found = lstatSync(folder)
  if (!found.isDirectory()) throw new FolderRefused(`${folder} is not a folder; name another one`)
  if (user !== undefined && found.uid !== user)
    throw new FolderRefused(`${folder} belongs to user ${found.uid}; name one of user ${user}`)
  // It is about to be closed to all others, and root owns /tmp.
  if ((found.mode & sticky) !== 0)
    throw new FolderRefused(`${folder} is for all users of this machine; name a folder in it`)
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700)
}

/** Not by `recursive`: where the system makes no folders, as in /proc, that never ends. */
function make(folder: string): void {
  if (existsSync(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) make(parent)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another process was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is on a file system that is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of the path is a file',
  ENOENT: 'the system makes no folders there',
}

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return reasons[code] ?? message
}
