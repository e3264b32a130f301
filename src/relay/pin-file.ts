import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import type { RelayPin, RelayPins } from './frontend.ts'

/** What is kept of all frontends together: written and read in a fraction of a second. */
const mostPins = 200_000

/** Of the machine, which nobody can set, and which both processes see alike. */
const machineMs = (): number => uptime() * 1000

interface Kept {
  readonly version: 1
  /** Since the machine was started. */
  readonly atMs: number
  readonly pins: RelayPins
}

/**
 * Affinity outlives its process in a file of the folder that the two share, whether the next one comes before the
 * end of this one or after it. It holds addresses of clients: nobody else may read it.
 */
export async function keepPins(folder: string, pins: RelayPins, nowMs = machineMs): Promise<void> {
  const file = fileIn(folder)
  const own = `${file}.${process.pid}`
  const kept: Kept = { version: 1, atMs: nowMs(), pins: youngest(pins, mostPins) }
  await rm(own, { force: true })
  await writeFile(own, JSON.stringify(kept), { mode: 0o600, flag: 'wx' })
  await rename(own, file)
}

/** What was kept last, once: the file is gone then. Empty if there is none, or none that can be read. */
export async function takePins(folder: string, nowMs = machineMs): Promise<RelayPins> {
  const file = fileIn(folder)
  try {
    const kept = read(await readFile(file, 'utf8'))
    await rm(file, { force: true })
    const goneMs = nowMs() - (kept?.atMs ?? 0)
    // Less than nothing: the machine was started anew.
    if (kept === undefined || goneMs < 0) return []
    return kept.pins.map(([id, pins]) => [
      id,
      pins.map(([client, to, ageMs]) => [client, to, ageMs + goneMs]),
    ])
  } catch {
    return []
  }
}

export const dropPins = (folder: string): Promise<void> => rm(fileIn(folder), { force: true })

const fileIn = (folder: string): string => join(folder, 'affinity')

/** The same part of each, those who came last. */
export function youngest(pins: RelayPins, most: number): RelayPins {
  const all = pins.reduce((sum, [, each]) => sum + each.length, 0)
  if (all <= most) return pins
  const share = Math.max(1, Math.floor(most / pins.length))
  return pins.map(([id, each]) => [id, each.slice(-share)])
}

function read(text: string): Kept | undefined {
  const found = JSON.parse(text) as Partial<Kept> | null
  if (found?.version !== 1 || typeof found.atMs !== 'number' || !Array.isArray(found.pins)) return undefined
  const sound = (found.pins as unknown[]).every(
    (entry) =>
      Array.isArray(entry) &&
      typeof entry[0] === 'string' &&
      Array.isArray(entry[1]) &&
      (entry[1] as unknown[]).every(isPin),
  )
  return sound ? (found as Kept) : undefined
}

const isPin = (pin: unknown): pin is RelayPin =>
  Array.isArray(pin) &&
  typeof pin[0] === 'string' &&
  typeof pin[1] === 'string' &&
  typeof pin[2] === 'number' &&
  pin[2] >= 0
