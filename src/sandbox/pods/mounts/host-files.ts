import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import type { HostFiles } from './mount-tree.ts'

/** Those of this machine, as they are now. */
export const hostFiles: HostFiles = {
  look(path) {
    try {
      const seen = lstatSync(path, { throwIfNoEntry: false })
      if (seen === undefined) return undefined
      if (seen.isSymbolicLink()) return { link: readlinkSync(path) }
      return seen.isDirectory() ? 'folder' : 'file'
    } catch {
      return undefined
    }
  },
  list(path) {
    try {
      return readdirSync(path)
    } catch {
      return []
    }
  },
}
