import type { AwsApi } from '../api.ts'
import { chunks } from '../pages.ts'
import { clusterTag, readTags, type Tags } from '../tags.ts'
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
 * Tags of load balancing objects. Lists do not carry them, so those of ours are remembered: a list of a thousand objects
 * asks only for those that are new. What is nobody's may be made ours by others (`adopt`), so it is asked anew each time.
 * A deep read always asks.
 */
export class TagReader {
  readonly #asks: AsksTags
  readonly #known = new Map<string, Tags>()

  constructor(api: AwsApi, asks: AsksTags = tagsByArn(api)) {
    this.#asks = asks
  }

  /** Remembered or read; objects that are gone meanwhile are absent. */
  async listed(arns: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Tags>> {
    const found = new Map<string, Tags>()
    const asked: string[] = []
    for (const arn of arns) {
      const tags = this.#known.get(arn)
      if (tags === undefined) asked.push(arn)
      else found.set(arn, tags)
    }
    const answers = await Promise.all(chunks(asked, batch).map((some) => this.#readSome(some, signal)))
    for (const answer of answers) for (const [arn, tags] of answer) found.set(arn, tags)
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
  async #readSome(arns: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Tags>> {
    try {
      return await this.#ask(arns, signal)
    } catch (error) {
      if (!isNotFound(error)) throw error
      const found = new Map<string, Tags>()
      if (arns.length > 1)
        for (const arn of arns)
          for (const [one, tags] of await this.#readSome([arn], signal)) found.set(one, tags)
      return found
    }
  }

  async #ask(arns: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Tags>> {
    const found = new Map(await this.#asks(arns, signal))
    for (const [arn, tags] of found)
      if (tags[clusterTag] === undefined) this.#known.delete(arn)
      else this.#known.set(arn, tags)
    return found
  }
}
