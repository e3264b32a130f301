import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  array,
  assert as check,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
  type Arbitrary,
} from 'fast-check'
import { acceptedAnnotation } from '../../src/model/claim.ts'
import type { Bed } from '../support/bed.ts'
import type { Subject, SubjectCloud } from './subject.ts'

/** One thing that happens. Services are named by number; ports tell them apart. */
type Act =
  | { readonly does: 'apply'; readonly service: number; readonly narrow: boolean; readonly two: boolean }
  | { readonly does: 'break' | 'delete'; readonly service: number }
  | { readonly does: 'join'; readonly service: number; readonly group: string | null }
  | { readonly does: 'node'; readonly joins: boolean }
  | { readonly does: 'pass'; readonly seconds: number }
  | { readonly does: 'kill' | 'stop' }
  | {
      readonly does: 'cut'
      readonly call: number
      readonly effect: 'before' | 'after'
      readonly kills: boolean
    }
  | { readonly does: 'trouble'; readonly on: boolean }

const service = integer({ min: 0, max: 2 })
const always = <T>(value: T) => constant(value)

const act: Arbitrary<Act> = oneof(
  {
    arbitrary: record({
      does: always('apply' as const),
      service,
      narrow: boolean(),
      two: boolean(),
    }),
    weight: 5,
  },
  {
    arbitrary: record({ does: constantFrom('break' as const, 'delete' as const), service }),
    weight: 3,
  },
  {
    arbitrary: record({
      does: always('join' as const),
      service,
      group: constantFrom('edge', 'edge', 'side', null),
    }),
    weight: 3,
  },
  { arbitrary: record({ does: always('node' as const), joins: boolean() }), weight: 2 },
  {
    arbitrary: record({ does: always('pass' as const), seconds: constantFrom(0, 0, 1, 6, 30, 400) }),
    weight: 6,
  },
  { arbitrary: record({ does: constantFrom('kill' as const, 'stop' as const) }), weight: 2 },
  {
    arbitrary: record({
      does: always('cut' as const),
      call: integer({ min: 1, max: 4 }),
      effect: constantFrom('before' as const, 'after' as const),
      kills: boolean(),
    }),
    weight: 3,
  },
  { arbitrary: record({ does: always('trouble' as const), on: boolean() }), weight: 1 },
)

const port = (n: number) => ({ name: `p${n}`, port: n, protocol: 'TCP' as const, nodePort: 30_000 + n })

const names = ['s0', 's1', 's2']
const nameOf = (number: number): string => names[number] ?? ''

/** What is asked for when all is over. */
class Story {
  readonly bed: Bed
  readonly cloud: SubjectCloud
  readonly #subject: Subject
  #nodes = [1, 2]
  #nextNode = 3

  constructor(subject: Subject) {
    this.#subject = subject
    const { bed, cloud } = subject.make()
    this.bed = bed
    this.cloud = cloud
  }

  async play(act: Act): Promise<void> {
    const { bed, cloud } = this
    switch (act.does) {
      case 'apply':
        return this.#apply(act.service, act)
      case 'break':
        if (bed.service(nameOf(act.service)) !== undefined)
          bed.edit(nameOf(act.service), this.#subject.invalid.patch)
        return
      case 'delete':
        if (bed.service(nameOf(act.service)) !== undefined) bed.delete(nameOf(act.service))
        return
      case 'join':
        if (this.#subject.groups === true && bed.service(nameOf(act.service)) !== undefined)
          bed.edit(nameOf(act.service), {
            metadata: { annotations: { 'lb-controller.io/group': act.group } },
          })
        return
      case 'node':
        return this.#node(act.joins)
      case 'pass':
        return bed.pass(act.seconds * 1000)
      case 'kill':
        bed.kill()
        return bed.start()
      case 'stop':
        await bed.stop()
        return bed.start()
      case 'cut':
        return cloud.cutNext(act.call, act.effect, () => {
          if (!act.kills) return
          bed.kill()
          bed.start()
        })
      case 'trouble':
        return cloud.trouble?.(act.on)
    }
  }

  /** What is left by an earlier life of this name must be gone first. */
  #apply(number: number, { narrow, two }: { readonly narrow: boolean; readonly two: boolean }): void {
    const { bed } = this
    const name = nameOf(number)
    const held = bed.service(name)
    if (held?.metadata.deletionTimestamp !== undefined) return
    const ports = [port(80 + number * 10), ...(two ? [port(81 + number * 10)] : [])]
    if (held === undefined) bed.apply(name, { ports })
    bed.edit(name, this.#subject.invalid.heal)
    bed.edit(name, { spec: { ports, loadBalancerSourceRanges: narrow ? ['10.0.0.0/8'] : null } })
  }

  #node(joins: boolean): void {
    if (joins) {
      const n = this.#nextNode++
      this.#nodes.push(n)
      this.cloud.nodeJoined?.(n)
      this.bed.addNode(n)
    } else if (this.#nodes.length > 1) {
      const n = this.#nodes.shift()
      this.bed.cluster.delete('nodes', { name: `node-${n}` })
    }
  }

  /** An invalid input ends as history has it; what is compared must be asked for today. */
  heal(): void {
    for (const name of names)
      if (this.bed.service(name) !== undefined) this.bed.edit(name, this.#subject.invalid.heal)
  }

  /** Calls pass again, and time until nothing happens any more. */
  async end(): Promise<unknown> {
    const { bed, cloud } = this
    cloud.uncut()
    cloud.trouble?.(false)
    await bed.pass(1_800_000)
    await bed.calm()
    return cloud.dump()
  }

  /** The same cluster, but no controller and no cloud ever knew of it. */
  async anew(): Promise<unknown> {
    await this.bed.stop()
    for (const name of names) {
      if (this.bed.service(name) === undefined) continue
      this.bed.edit(name, { metadata: { finalizers: null, annotations: { [acceptedAnnotation]: null } } })
      const status = { status: { loadBalancer: null, conditions: null } }
      this.bed.cluster.patch('services', { namespace: 'shop', name }, status, { subresource: 'status' })
    }
    const { bed, cloud } = this.#untouched()
    bed.start()
    await bed.pass(60_000)
    await bed.calm()
    await bed.stop()
    return cloud.dump()
  }

  /** A cloud with the same nodes, and nothing else. */
  #untouched(): ReturnType<Subject['make']> {
    const { cluster, clock } = this.bed
    const made = this.#subject.make({ cluster, clock, nodes: 0 })
    for (let n = 1; n < this.#nextNode; n++) made.cloud.nodeJoined?.(n)
    return made
  }

  async deleteAll(): Promise<void> {
    for (const service of names.keys()) await this.play({ does: 'delete', service })
    const left = await this.end()
    for (const name of names) assert.equal(this.bed.service(name), undefined, `${name} is gone`)
    assert.deepEqual(left, this.#untouched().cloud.dump(), 'nothing is left over')
    await this.bed.stop()
  }
}

/**
 * Law 14 for any history: what is asked for at the end decides what there is at the end, whoever died, was not
 * answered or saw old lists on the way.
 */
export function propertySuite(subject: Subject, runs: number, seed = 7): void {
  const acts = array(act, { minLength: 3, maxLength: 14 })
  const any = (name: string, run: (story: Story) => Promise<void>): void =>
    void test(`${subject.name}: ${name}`, () =>
      check(
        asyncProperty(acts, async (all) => {
          const story = new Story(subject)
          story.bed.start()
          for (const one of all) await story.play(one)
          await run(story)
        }),
        { numRuns: runs, seed },
      ))

  any('any history ends as if its last page were all', async (story) => {
    story.heal()
    const dump = await story.end()
    const { timeless = (one: unknown) => one } = subject
    assert.deepEqual(timeless(dump), timeless(await story.anew()))
  })

  any('any history, when all is deleted, leaves nothing over', (story) => story.deleteAll())
}
