import { once } from 'node:events'
import { lstatSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { platform } from 'node:os'
import { FolderRefused } from '../../../src/relay/state-folder.ts'

/** Beyond this a system's socket cannot be named. */
const longestPath = 100

/**
 * One server on a folder at a time. On Linux the kernel keeps the lock as a name of the folder that ends with the process,
 * however it ends; elsewhere, and for a server in another network namespace, a socket that answers is the sign of one.
 * Throws `FolderRefused`. The answer gives it free.
 */
export async function lockFolder(folder: string, socket: string): Promise<() => void> {
  if (socket.length > longestPath)
    throw new FolderRefused(
      `${socket}: the path of a socket has ${longestPath} letters at most; name a shorter one with --socket`,
    )
  const taken = new FolderRefused(
    `another local balancer serves ${folder}; stop it, or name another folder with --state-dir`,
  )
  const lock = platform() === 'linux' ? await claim(nameOf(folder), taken) : undefined
  if (await answers(socket)) {
    lock?.close()
    throw taken
  }
  try {
    removeStale(socket)
  } catch (error) {
    lock?.close()
    throw error
  }
  return () => lock?.close()
}

function nameOf(folder: string): string {
  const { dev, ino } = statSync(folder)
  return `\0lb-controller/local-balancer/${dev}-${ino}`
}

async function claim(name: string, taken: FolderRefused): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  server.listen(name)
  try {
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw taken
    throw error
  }
  return server.unref()
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const done = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })
}

/** What a killed server has left. */
function removeStale(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSocket())
    throw new FolderRefused(`${path} is there and is no socket; name another one with --socket`)
  rmSync(path, { force: true })
}
