import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface OldNode {
  readonly command: string
  readonly args: readonly string[]
  readonly version: string
}

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < 22 || (major === 22 && minor < 19)
}

/** A Node that is too old for us: one of this machine's if there is any, else this one, made to say that it is. */
export function oldNode(): OldNode {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const command = join(folder, 'node')
    if (folder.includes('node_modules') || !existsSync(command)) continue
    const { stdout } = spawnSync(command, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    if (isOld(stdout.trim())) return { command, args: [], version: stdout.trim() }
  }
  const claim = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })`
  const preload = `data:text/javascript,${encodeURIComponent(claim)}`
  return { command: process.execPath, args: ['--import', preload], version: '20.1.0' }
}
