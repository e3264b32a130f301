import type { LocalApi } from '../../../providers/local/api.ts'
import { type LocalCall, localCalls } from '../../../providers/local/wire.ts'

interface Cut {
  readonly call: number
  readonly effect: 'before' | 'after'
  readonly onCut: () => void
}

const writing = /^(create|update|delete)/

/** What every call was, with ways to lose the answer of one, or to refuse some. */
export class Watched {
  readonly writes: string[] = []
  reads = 0
  /** Every so many-th call fails, before it takes effect; 0: none. */
  failEvery = 0
  readonly api: LocalApi
  #cut: Cut | undefined
  #since = 0
  #calls = 0

  constructor(real: LocalApi) {
    const wrap =
      (name: LocalCall) =>
      async (...given: readonly unknown[]): Promise<unknown> => {
        const run = real[name] as (...given: readonly unknown[]) => Promise<unknown>
        if (this.failEvery > 0 && ++this.#calls % this.failEvery === 0) throw lost('ECONNREFUSED')
        if (!writing.test(name)) {
          this.reads++
          return run(...given)
        }
        this.writes.push(name)
        const cut = ++this.#since === this.#cut?.call ? this.#cut : undefined
        if (cut?.effect === 'before') throw this.#lose(cut)
        const answer = await run(...given)
        if (cut !== undefined) throw this.#lose(cut)
        return answer
      }
    this.api = Object.fromEntries(localCalls.map((name) => [name, wrap(name)])) as unknown as LocalApi
  }

  cutNext(cut: Cut | undefined): void {
    this.#cut = cut
    this.#since = 0
  }

  #lose({ onCut }: Cut): Error {
    onCut()
    return lost('ECONNRESET')
  }
}

const lost = (code: string): Error => Object.assign(new Error('the answer was lost'), { code })
