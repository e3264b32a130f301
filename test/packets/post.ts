import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AnswerLine, OrderName, Orders } from './orders.ts'

const program = fileURLToPath(new URL('post/main.ts', import.meta.url))

/** The program inside one namespace, as seen from the test. */
export interface Post {
  tell<N extends OrderName>(order: N, takes: Orders[N][0]): Promise<Orders[N][1]>
  readonly process: ChildProcess
}

export function startPost(namespace: string): Post {
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '--no-warnings', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting = new Map<number, (line: AnswerLine) => void>()
  let next = 1
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as AnswerLine
    waiting.get(line.id)?.(line)
    waiting.delete(line.id)
  })
  child.once('exit', (code, signal) => {
    for (const [id, told] of waiting)
      told({ id, error: `the program in ${namespace} ended: ${code ?? signal}` })
  })
  child.stdin.on('error', () => {})
  return {
    process: child,
    tell: (order, takes) =>
      new Promise((resolve, reject) => {
        const id = next++
        waiting.set(id, (line) => {
          if ('error' in line) reject(new Error(line.error))
          else resolve(line.answer as never)
        })
        child.stdin.write(`${JSON.stringify({ id, order, takes })}\n`)
      }),
  }
}
