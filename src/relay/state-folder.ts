import { chmodSync, lstatSync, mkdirSync } from 'node:fs'

/** The folder cannot be trusted or used. */
export class FolderRefused extends Error {
  override readonly name = 'FolderRefused'
}

/** Makes it if it is not there, for this user alone (0700). Throws `FolderRefused`. */
export function claimFolder(folder: string, user = process.getuid?.()): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new FolderRefused(`${folder} cannot be made: ${(error as Error).message}`, { cause: error })
  }
  const found = lstatSync(folder)
  if (!found.isDirectory()) throw new FolderRefused(`${folder} is not a folder; name another one`)
  if (user !== undefined && found.uid !== user)
    throw new FolderRefused(`${folder} belongs to user ${found.uid}; name one of user ${user}`)
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700)
}
