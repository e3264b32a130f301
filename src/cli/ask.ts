import type { Io } from './io.ts'

/** Whether a person at a terminal says yes. Without one nobody can, and `flag` says how to say it. */
export async function says(question: string, flag: string, io: Io): Promise<boolean> {
  if (io.outIsTty !== true || io.errIsTty !== true) {
    io.err(`lb-controller: nothing was written: nobody can be asked here, say ${flag}\n`)
    return false
  }
  io.err(`${question} [y/N] `)
  for await (const chunk of io.stdin) {
    const answer = typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)
    return /^y(es)?$/i.test(answer.trim())
  }
  return false
}
