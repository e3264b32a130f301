import type { Bodies } from '../../src/cli/context.ts'
import { main } from '../../src/cli/program.ts'
import { ok } from '../../src/lib/result.ts'
import { toy } from './toy.ts'

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface InvokeOptions {
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly tty?: boolean
  /** Columns of its window. */
  readonly width?: number
  readonly bodies?: Partial<Bodies>
}

/** Runs a command line in this process, as `main.ts` would, and answers what it said. */
export async function invoke(args: readonly string[], options: InvokeOptions = {}): Promise<Ran> {
  let out = ''
  let err = ''
  const code = await main(
    args,
    {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
      },
      stdin: (async function* () {
        yield options.stdin ?? ''
      })(),
      env: options.env ?? {},
      outIsTty: options.tty,
      errIsTty: options.tty,
      width: options.width,
      stopSignal: () => new AbortController().signal,
    },
    options.bodies,
  )
  return { code, out, err }
}

/** With a provider of three kinds of object in place of the clouds, whose plans a test can hold in its head. */
export const invokeToy = (args: readonly string[], options: InvokeOptions = {}): Promise<Ran> =>
  invoke(args.includes('dry-run') ? [...args, '--provider', 'toy'] : args, {
    ...options,
    bodies: { loadBlueprint: async () => ok(toy) },
  })
