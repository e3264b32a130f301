import { aborted } from '../lib/aborted.ts'
import type { Io } from './io.ts'

/** Whether a person at a terminal says yes. Without one nobody can, and `flag` says how to say it. */
export async function says(question: string, flag: string, io: Io): Promise<boolean> {
  if (io.outIsTty !== true || io.errIsTty !== true) {
    io.err(`lb-controller: nothing was written: nobody can be asked here, say ${flag}\n`)
    return false
  }
  io.err(`${question} [y/N] `)
  const input = io.stdin[Symbol.asyncIterator]()
  const stop = io.stopSignal()
  const said = await Promise.race([input.next(), aborted(stop)])
  if (said === undefined || said.done === true) {
    io.err('\n')
    return false
  }
  const { value } = said
  const answer = typeof value === 'string' ? value : new TextDecoder().decode(value)
  return /^y(es)?$/i.test(answer.trim())
}
