import { execFile } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a process writes into, and what we read out of. */
export interface RealPipe {
  readonly writeEnd: number
  readonly reader: Socket
}

/**
 * Pipes for the output of a process. Those that Node makes are sockets, and a program that opens `/dev/stdout`, as nginx
 * does for its log, cannot open a socket. They have no name once they are open. Rejects where there is no `mkfifo`.
 */
export async function realPipes(count: number): Promise<readonly RealPipe[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-pipe-'))
  try {
    const paths = Array.from({ length: count }, (_, number) => join(folder, String(number)))
    await promisify(execFile)('mkfifo', paths)
    return paths.map((path) => {
      const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
      const reader = new Socket({ fd, readable: true, writable: false })
      reader.on('error', () => {})
      return { writeEnd: openSync(path, constants.O_WRONLY), reader }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The process has its own by now: without this the end would never be read. */
export function closeWriteEnds(pipes: readonly RealPipe[]): void {
  for (const { writeEnd } of pipes) closeSync(writeEnd)
}
