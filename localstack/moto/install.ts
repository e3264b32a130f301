/**
 * Puts moto, with exactly the versions of requirements.txt, into a virtual environment below `.cache`, once. The folder's
 * name holds the list's hash, and it gets that name last: what an interrupted run leaves never looks finished.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hash } from '../../src/lib/hash.ts'

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))
const cache = fileURLToPath(new URL('../../.cache/', import.meta.url))

const run = (program: string, ...args: readonly string[]): void =>
  void execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })

/** The interpreter that has moto. Throws where there is no Python with `venv`, or no index to fetch from. */
export function installMoto(): string {
  const place = join(cache, `moto-${hash([readFileSync(requirements, 'utf8')])}`)
  const python = join(place, 'bin', 'python')
  if (existsSync(python)) return python
  const partial = `${place}.partial`
  rmSync(partial, { recursive: true, force: true })
  run(process.env['PYTHON'] ?? 'python3', '-m', 'venv', partial)
  run(
    join(partial, 'bin', 'python'),
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--requirement',
    requirements,
  )
  renameSync(partial, place)
  return python
}
