import type { AwsApi } from '../api.ts'
import { chunks } from '../pages.ts'
import { readTags, type Tags } from '../tags.ts'
import { isNotFound } from './shared.ts'

/** One request for the tags of some objects, each with what it was asked by. */
export type AsksTags = (
  ids: readonly string[],
  signal: AbortSignal,
) => Promise<readonly (readonly [string, Tags])[]>

const tagsByArn =
  (api: AwsApi): AsksTags =>
  async (ResourceArns, signal) => {
    const answer = await api.call('DescribeTags', { ResourceArns }, signal)
    return (answer.TagDescriptions ?? []).map((one) => [one.ResourceArn ?? '', readTags(one.Tags)])
  }

/** AWS tells the tags of at most 20 objects in one answer. */
const batch = 20

/**
 * Tags of load balancing objects. Lists do not carry them, so what was read once is remembered: a list of a thousand objects
 * asks only for those that are new. A deep read always asks.
 */
export class TagReader {
  readonly #asks: AsksTags
  readonly #known = new Map<string, Tags>()

  constructor(api: AwsApi, asks: AsksTags = tagsByArn(api)) {
    this.#asks = asks
  }

  /** Remembered or read; objects that are gone meanwhile are absent. */
  async listed(arns: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Tags>> {
    const fresh = arns.filter((arn) => !this.#known.has(arn))
    await Promise.all(chunks(fresh, batch).map((some) => this.#readSome(some, signal)))
    const found = new Map<string, Tags>()
    for (const arn of arns) {
      const tags = this.#known.get(arn)
      if (tags !== undefined) found.set(arn, tags)
    }
    return found
  }

  /** Always read. Throws when one of the objects is gone. */
  async read(arns: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Tags>> {
    const answers = await Promise.all(chunks(arns, batch).map((some) => this.#ask(some, signal)))
    return new Map(answers.flatMap((answer) => [...answer]))
  }

  wrote(arn: string, tags: Tags): void {
    this.#known.set(arn, tags)
  }

  forget(arn: string): void {
    this.#known.delete(arn)
  }

  /** One missing object fails a whole batch: then each is asked for alone. */
  async #readSome(arns: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      await this.#ask(arns, signal)
    } catch (error) {
      if (!isNotFound(error)) throw error
      if (arns.length > 1) for (const arn of arns) await this.#readSome([arn], signal)
    }
  }

  async #ask(arns: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Tags>> {
    const found = new Map(await this.#asks(arns, signal))
    for (const [arn, tags] of found) this.#known.set(arn, tags)
    return found
  }
}
