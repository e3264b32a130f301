import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Exchange } from './read-tutorial.ts'

const patienceMs = 240_000

/** One shell for a whole tutorial: what is set in one piece is there in the next. */
export class Shell {
  readonly #child: ChildProcessWithoutNullStreams
  #out = ''
  #turn = 0

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn('bash', ['--norc', '--noprofile'], { cwd: folder, env })
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#out += text))
  }

  /** Its output, errors in their place. */
  async run(commands: string): Promise<string> {
    const mark = `-- end ${++this.#turn} --`
    this.#out = ''
    this.#child.stdin.write(`{\n${commands}\n} 2>&1 </dev/null\nprintf '\\n%s\\n' '${mark}'\n`)
    await until(() => this.#out.includes(mark), this.#child, commands)
    return this.#out.slice(0, this.#out.indexOf(mark)).replace(/^\n+|\s+$/g, '')
  }

  /** The last command is begun on a terminal, and each line typed when the one before was answered. */
  async converse(commands: string, exchanges: readonly Exchange[]): Promise<readonly string[]> {
    const env = Object.fromEntries(
      (await this.run('env -0 | base64 -w0'))
        .split('\n')
        .flatMap((text) => Buffer.from(text, 'base64').toString().split('\0'))
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    const cwd = await this.run('pwd')
    const child = spawn('script', ['-qefc', commands, '/dev/null'], { cwd, env: { ...env, TERM: 'dumb' } })
    const ended = new Promise((resolve) => child.once('close', resolve))
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    const answers: string[] = []
    // A shell that was quicker than kubectl has said its first prompt to nobody; another one says it late. What it
    // answers to this comes after both.
    await until(() => prompt.test(out) || out.includes('pressing enter'), child, commands)
    child.stdin.write('echo re""ady\n')
    await until(() => /^ready\r?$[^]*[$#] ?$/m.test(out) && prompt.test(out), child, commands)
    for (const { typed, answer } of exchanges) {
      await until(() => prompt.test(out), child, typed)
      out = ''
      child.stdin.write(`${typed}\n`)
      if (typed === 'exit') break
      await until(() => prompt.test(out), child, `${typed}, for ${answer}`)
      answers.push(answerIn(out))
    }
    await ended
    return answers
  }

  close(): void {
    this.#child.stdin.end()
  }
}

/** The end of what a shell prints when it waits. */
const prompt = /[$#] ?$/

/** Without the line that was typed and the next prompt. */
const answerIn = (out: string): string => out.split('\n').slice(1, -1).join('\n').trim()

async function until(
  done: () => boolean,
  child: ChildProcessWithoutNullStreams,
  what: string,
): Promise<void> {
  const end = Date.now() + patienceMs
  while (!done()) {
    if (child.exitCode !== null && !done()) throw new Error(`it ended before: ${what}`)
    if (Date.now() > end) throw new Error(`no answer within ${patienceMs / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
