import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { mountMeans, type MountMeans } from './means.ts'
import { mountView, type MountView } from './mount-view.ts'

const run = promisify(execFile)

/** A system that takes longer for it would make every pod wait as long. */
const patienceMs = 2000
const word = 'mounted'

/**
 * Tries what pods would do: a read-only volume at a path that this machine has not got, so that all of its root is mounted
 * anew. Answers what it is done with, or in a sentence why it cannot be done. Never rejects, and leaves nothing behind
 * in the folder.
 */
export async function probeMounts(folder: string): Promise<MountMeans | string> {
  const means = mountMeans()
  if (typeof means === 'string') return means
  let place: string | undefined
  let opened: MountView | undefined
  try {
    mkdirSync(folder, { recursive: true })
    place = mkdtempSync(join(folder, '.probe-'))
    const source = join(place, 'volume')
    mkdirSync(source)
    writeFileSync(join(source, 'file'), word)
    const at = '/.lb-controller-sandbox/volume'
    const view = mountView({
      means,
      wishes: [{ at, source, kind: 'folder', readOnly: true }],
      folder: join(place, 'mounts'),
      hostname: 'probe',
    })
    if (!view.ok) return view.error
    opened = view.value
    const [file = '', ...args] = await view.value.begin([means.programs.sh, '-c', 'cat file; touch file'], at)
    return await tried(file, args, means)
  } catch (error) {
    return refusal((error as Error).message)
  } finally {
    opened?.close()
    if (place !== undefined) rmSync(place, { recursive: true, force: true })
  }
}

async function tried(file: string, args: readonly string[], means: MountMeans): Promise<MountMeans | string> {
  const { stdout, stderr } = await run(file, args, { cwd: '/', env: {}, timeout: patienceMs }).catch(
    (error: Error & { stdout?: string; stderr?: string; killed?: boolean }) => ({
      stdout: error.stdout ?? '',
      stderr: error.killed === true ? `no answer within ${patienceMs} ms` : (error.stderr ?? error.message),
    }),
  )
  if (stdout === word && /read-only/i.test(stderr)) return means
  const [why = ''] = stderr.split('\n')
  return refusal(why || 'a volume is not as it was mounted')
}

const refusal = (why: string): string => `this system does not let us mount: ${why}`
