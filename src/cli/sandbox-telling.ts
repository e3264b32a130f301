import { closeSync, writeSync } from 'node:fs'
import type { ExitCode } from './exit.ts'
import type { Io } from './io.ts'

/** What a detached sandbox tells whoever started it, a JSON text a line. */
export type Told = { readonly out: string } | { readonly err: string } | { readonly ready: ExitCode }

export interface Teller {
  /** Where the start is told. */
  readonly io: Io
  /** There is nothing more to tell. */
  readonly ready: (code: ExitCode) => void
}

/** Tells on an open file until it is ready, and on the usual streams, too, what went wrong. */
export function tellerOn(file: number | undefined, io: Io): Teller {
  if (file === undefined) return { io, ready: () => {} }
  let open = true
  const tell = (told: Told) => {
    if (!open) return
    try {
      writeSync(file, `${JSON.stringify(told)}\n`)
    } catch {
      // Whoever started us did not want to wait.
      open = false
    }
  }
  return {
    io: {
      ...io,
      out: (out) => tell({ out }),
      err: (err) => {
        io.err(err)
        tell({ err })
      },
    },
    ready(code) {
      tell({ ready: code })
      if (open) closeSync(file)
      open = false
    },
  }
}
