import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { processesWith } from './traces.ts'

const bin = fileURLToPath(new URL('../../../bin/lb-controller.mjs', import.meta.url))

export interface Home {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
  /** `lb-controller sandbox` to its end. */
  run(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
  /** In the foreground, until `ready` stands in what it says. */
  start(...args: string[]): Promise<{ readonly child: ChildProcess; readonly ended: Promise<unknown> }>
}

/** A user's folder, and the built program in it. */
export function homeOf(t: TestContext): Home {
  const path = mkdtempSync(join(tmpdir(), 'lb-life-'))
  const env = { PATH: process.env['PATH'] ?? '', HOME: path }
  t.after(() => {
    for (const pid of processesWith(path)) process.kill(pid, 'SIGKILL')
    rmSync(path, { recursive: true, force: true })
  })
  return {
    path,
    env,
    run: (...args) =>
      new Promise((resolve) => {
        execFile(process.execPath, [bin, 'sandbox', ...args], { env }, (error, out, err) => {
          resolve({ code: error === null ? 0 : Number(error.code), out, err })
        })
      }),
    async start(...args) {
      const words = ['sandbox', '--page-port', 'off', '--state-dir', join(path, 's'), ...args]
      const child = spawn(process.execPath, [bin, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = once(child, 'exit')
      for await (const piece of child.stdout as AsyncIterable<Buffer>) if (piece.includes('curl')) break
      return { child, ended }
    },
  }
}

/** Of what `start` starts. */
export const stateDir = (home: Home): string => join(home.path, 's')
