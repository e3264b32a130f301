import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { installMoto } from './install.ts'

export interface Moto {
  readonly url: string
  /** What it wrote: every request that it answered, and what broke in it. */
  output(): string
  close(): Promise<void>
}

/** moto's server as a process of its own on loopback. Its state is in memory: each one begins with an empty account. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(installMoto(), ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', PYTHONUNBUFFERED: '1' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const moto: Moto = {
    url,
    output: () => output,
    async close() {
      child.kill('SIGKILL')
      await ended
    },
  }
  for (let tries = 0; !(await answers(url)); tries++) {
    if (tries < 300 && child.exitCode === null) continue
    await moto.close()
    throw new Error(`moto does not start\n${output}`)
  }
  return moto
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/data.json`)).ok
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 100))
    return false
  }
}
