import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { VolumeFile } from './volume-files.ts'

/**
 * Writes the files of a volume so that a reader sees all of the old or all of the new: each set has a folder of its own,
 * and `..data`, which every file is reached through, is switched in one step.
 */
export function writeVolume(folder: string, files: readonly VolumeFile[], version: string): void {
  const data = join(folder, '..data')
  const set = `..${version}`
  const before = linkOf(data)
  if (before === set) return
  mkdirSync(join(folder, set), { recursive: true })
  for (const { path, content, mode } of files) {
    const target = join(folder, set, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content, { mode })
  }
  symlinkSync(set, `${data}_tmp`)
  renameSync(`${data}_tmp`, data)
  const heads = new Set(files.map(({ path }) => path.split('/')[0] ?? path))
  for (const head of heads)
    if (linkOf(join(folder, head)) === undefined) symlinkSync(join('..data', head), join(folder, head))
  if (before === undefined) return
  for (const name of readdirSync(folder))
    if (!name.startsWith('..') && !heads.has(name)) rmSync(join(folder, name))
  rmSync(join(folder, before), { recursive: true, force: true })
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
