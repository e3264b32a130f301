import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bed } from '../support/bed.ts'
import { isTrue, type Story, type Subject, type SubjectCloud } from './subject.ts'

type Made = { readonly bed: Bed; readonly cloud: SubjectCloud }

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

async function finish(subject: Subject, made: Made, story: Story): Promise<unknown> {
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
  return story.timeless === true ? (subject.timeless?.(dump) ?? dump) : dump
}

async function undisturbed(subject: Subject, story: Story): Promise<{ dump: unknown; writes: number }> {
  const made = subject.make(story.options)
  await begin(made, story)
  const before = made.cloud.writes().length
  story.act(made.bed)
  const dump = await finish(subject, made, story)
  return { dump, writes: made.cloud.writes().length - before }
}

/** Dies at one call, and another instance, which knows nothing, finds whatever was left, and what changed meanwhile. */
async function killed(
  subject: Subject,
  story: Story,
  cut: { readonly call: number; readonly effect: 'before' | 'after' },
  meanwhile: (made: Made) => void,
): Promise<Made> {
  const made = subject.make(story.options)
  await begin(made, story)
  let died = false
  made.cloud.cutNext(cut.call, cut.effect, () => {
    died = true
    made.bed.kill()
  })
  story.act(made.bed)
  await made.bed.until('the controller dies', () => died, 1_800_000)
  made.cloud.uncut()
  meanwhile(made)
  made.bed.start()
  return made
}

const effects = ['before', 'after'] as const

const everyCut = process.env['LB_CONTROLLER_EVERY_CUT'] !== undefined
const killedAt = everyCut ? 'killed at every call' : 'killed at some calls'

interface Cut {
  readonly call: number
  readonly effect: (typeof effects)[number]
}

/**
 * Both effects of every call; a check of a change runs an eighth of them, others in each story, and the last. test/long,
 * which names LB_CONTROLLER_EVERY_CUT, runs all.
 */
function cutsOf(writes: number, name: string): readonly Cut[] {
  const all = Array.from({ length: writes }, (_, at) =>
    effects.map((effect) => ({ call: at + 1, effect })),
  ).flat()
  if (everyCut) return all
  const first = name.length % 8
  return all.filter((_, at) => at % 8 === first || at === all.length - 1)
}

/** Law 14: killed after any call, and walked again from nothing, it ends the same, with nothing left over. */
export function crashStories(subject: Subject, told: readonly Story[]): void {
  for (const story of told) {
    test(`${subject.name}: ${story.name}, ${killedAt}, ends as if it had not been`, async () => {
      const whole = await undisturbed(subject, story)
      assert.ok(whole.writes > 0, 'the story writes something')
      for (const { call, effect } of cutsOf(whole.writes, story.name)) {
        const made = await killed(subject, story, { call, effect }, () => {})
        assert.deepEqual(await finish(subject, made, story), whole.dump, `killed ${effect} call ${call}`)
      }
    })
  }
}

export function crashSuite(subject: Subject): void {
  crashStories(subject, [...stories(subject), ...(subject.stories ?? [])])

  for (const story of stories(subject)) {
    test(`${subject.name}: ${story.name}, ${everyCut ? "every call's answer" : 'some answers'} lost once, ends the same without a restart`, async () => {
      const whole = await undisturbed(subject, story)
      for (const { call, effect } of cutsOf(whole.writes, story.name)) {
        const made = subject.make()
        await begin(made, story)
        made.cloud.cutNext(call, effect, () => {})
        story.act(made.bed)
        await made.bed.pass(60_000)
        made.cloud.uncut()
        assert.deepEqual(
          await finish(subject, made, story),
          whole.dump,
          `answer lost, ${effect} call ${call}`,
        )
      }
    })
  }
}

export interface Turn {
  readonly name: string
  happens(made: Made): void
  /** Whether the story ends with the Service gone. */
  readonly gone?: true
  /** Where it ends otherwise than with one Service. */
  readonly over?: (bed: Bed) => boolean
}

const turns = (subject: Subject): readonly Turn[] => [
  { name: 'edited', happens: ({ bed }) => void bed.edit('web', subject.edit) },
  { name: 'deleted', happens: ({ bed }) => bed.delete('web'), gone: true },
  {
    name: 'given other nodes',
    happens({ bed, cloud }) {
      for (const n of [11, 12]) {
        cloud.nodeJoined?.(n)
        bed.addNode(n)
      }
      for (const n of [1, 2]) bed.cluster.delete('nodes', { name: `node-${n}` })
    },
  },
  {
    name: 'made a NodePort',
    happens: ({ bed }) =>
      void bed.edit('web', { spec: { type: 'NodePort', loadBalancerSourceRanges: null } }),
    gone: true,
  },
]

/** The same, when what is asked for changed while nobody was there to see it. */
export function meanwhileStory(subject: Subject, story: Story, turn: Turn): void {
  test(`${subject.name}: ${story.name}, ${killedAt} and ${turn.name} meanwhile, ends as asked last`, async () => {
    const over = (bed: Bed) =>
      turn.over?.(bed) ??
      (turn.gone === true ? (bed.service('web')?.metadata.finalizers ?? []).length === 0 : isTrue(bed, 'web'))
    const changed: Story = { ...story, over }
    const calm = subject.make(story.options)
    await begin(calm, story)
    story.act(calm.bed)
    await calm.bed.calm()
    turn.happens(calm)
    const expected = await finish(subject, calm, changed)
    const { writes } = await undisturbed(subject, story)
    for (const { call, effect } of cutsOf(writes, `${story.name} ${turn.name}`)) {
      const made = await killed(subject, story, { call, effect }, (dead) => turn.happens(dead))
      assert.deepEqual(await finish(subject, made, changed), expected, `killed ${effect} call ${call}`)
    }
  })
}

/** Stories with the turns that they themselves tell of. */
export function storyTurns(subject: Subject, told: readonly Story[]): void {
  for (const story of told)
    for (const { name, happens, over } of story.turns ?? [])
      meanwhileStory(subject, story, { name, happens: ({ bed }) => happens(bed), over })
}

export function meanwhileSuite(subject: Subject): void {
  for (const turn of turns(subject))
    for (const story of stories(subject).slice(0, 2)) meanwhileStory(subject, story, turn)
  storyTurns(subject, subject.stories ?? [])
}
