import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bed } from '../support/bed.ts'
import type { Subject, SubjectCloud } from './subject.ts'

type Made = { readonly bed: Bed; readonly cloud: SubjectCloud }

interface Story {
  readonly name: string
  /** Brought to its end before anything is cut. */
  before(bed: Bed): void
  /** What is under way when the controller dies. */
  act(bed: Bed): void
  /** Whether it ended. */
  over(bed: Bed): boolean
}

const isTrue = (bed: Bed, name: string): boolean =>
  bed.condition(name)?.status === 'True' && bed.manager.term?.idle === true

const stories = (subject: Subject): readonly Story[] => [
  {
    name: 'create',
    before: () => {},
    act: (bed) => void bed.apply('web'),
    over: (bed) => isTrue(bed, 'web'),
  },
  {
    name: 'edit',
    before: (bed) => void bed.apply('web'),
    act: (bed) => void bed.edit('web', subject.edit),
    over: (bed) => isTrue(bed, 'web'),
  },
  {
    name: 'delete',
    before: (bed) => void bed.apply('web'),
    act: (bed) => bed.delete('web'),
    over: (bed) => bed.service('web') === undefined,
  },
  {
    name: 'delete beside another Service',
    before: (bed) => {
      bed.apply('web')
      bed.apply('api', { ports: [{ name: 'api', port: 81, protocol: 'TCP' }] })
    },
    act: (bed) => bed.delete('web'),
    over: (bed) => bed.service('web') === undefined && isTrue(bed, 'api'),
  },
]

async function begin({ bed }: Made, story: Story): Promise<void> {
  bed.start()
  story.before(bed)
  await bed.calm()
  // Lists have settled: what a delete needs is known, as in a controller that ran for a while.
  await bed.pass(30_000)
  await bed.calm()
}

async function finish(made: Made, story: Story): Promise<unknown> {
  const { bed, cloud } = made
  await bed.until(`${story.name} ends`, () => story.over(bed))
  await bed.pass(700_000)
  await bed.calm()
  assert.ok(story.over(bed), `${story.name} stays ended`)
  const dump = cloud.dump()
  const writes = cloud.writes().length
  await bed.pass(700_000)
  await bed.calm()
  assert.equal(cloud.writes().length, writes, 'walking the road again makes no call')
  await bed.stop()
  return dump
}

async function undisturbed(subject: Subject, story: Story): Promise<{ dump: unknown; writes: number }> {
  const made = subject.make()
  await begin(made, story)
  const before = made.cloud.writes().length
  story.act(made.bed)
  const dump = await finish(made, story)
  return { dump, writes: made.cloud.writes().length - before }
}

/** Law 14: killed after any call, and walked again from nothing, it ends the same, with nothing left over. */
export function crashSuite(subject: Subject): void {
  for (const story of stories(subject)) {
    test(`${subject.name}: ${story.name}, killed at every call, ends as if it had not been`, async () => {
      const whole = await undisturbed(subject, story)
      assert.ok(whole.writes > 0, 'the story writes something')
      for (let call = 1; call <= whole.writes; call++) {
        for (const effect of ['before', 'after'] as const) {
          const made = subject.make()
          await begin(made, story)
          let died = false
          made.cloud.cutNext(call, effect, () => {
            died = true
            made.bed.kill()
          })
          story.act(made.bed)
          await made.bed.until('the controller dies', () => died)
          made.cloud.uncut()
          made.bed.start()
          const dump = await finish(made, story)
          assert.deepEqual(dump, whole.dump, `killed ${effect} call ${call}`)
        }
      }
    })

    test(`${subject.name}: ${story.name}, every call's answer lost once, ends the same without a restart`, async () => {
      const whole = await undisturbed(subject, story)
      for (let call = 1; call <= whole.writes; call++) {
        for (const effect of ['before', 'after'] as const) {
          const made = subject.make()
          await begin(made, story)
          made.cloud.cutNext(call, effect, () => {})
          story.act(made.bed)
          await made.bed.pass(60_000)
          made.cloud.uncut()
          assert.deepEqual(await finish(made, story), whole.dump, `answer lost, ${effect} call ${call}`)
        }
      }
    })
  }
}
