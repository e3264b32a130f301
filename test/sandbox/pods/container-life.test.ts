import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  longestBackOffMs,
  newContainer,
  turn,
  type ContainerNews,
  type ContainerRules,
  type ContainerState,
  type FailureReason,
} from '../../../src/sandbox/pods/container-life.ts'

const rules: ContainerRules = {
  name: 'app',
  image: 'echo',
  restart: 'Always',
  startupProbe: false,
  readinessProbe: false,
  pod: 'web_default(1)',
}

const begin: ContainerNews = { is: 'begin' }
const due: ContainerNews = { is: 'due' }
const launched: ContainerNews = { is: 'launched', what: 'something' }
const exited = (exitCode: number): ContainerNews => ({ is: 'exited', exitCode })
const refused = (reason: FailureReason): ContainerNews => ({
  is: 'refused',
  reason,
  message: 'why',
})

/** What has happened, each with the seconds since the one before. */
type Story = readonly (readonly [seconds: number, news: ContainerNews])[]

function told(story: Story, own: Partial<ContainerRules> = {}): { state: ContainerState; acts: string[] } {
  let state = newContainer()
  let now = 0
  let acts: string[] = []
  for (const [seconds, news] of story) {
    now += seconds * 1000
    const next = turn(state, news, { ...rules, ...own }, now)
    state = next.state
    acts = next.acts.map((act) =>
      act.do === 'tell' ? act.reason : act.do === 'wait' ? `wait ${act.ms}` : act.do,
    )
  }
  return { state, acts }
}

const wordOf = ({ life }: ContainerState): string => {
  if (life.is === 'waiting') return life.reason
  return life.is === 'ended' ? life.end.reason : `running${life.ready ? ', ready' : ''}`
}

const crash: Story = [
  [1, launched],
  [1, exited(1)],
]
const rows: readonly {
  readonly name: string
  readonly story: Story
  readonly rules?: Partial<ContainerRules>
  readonly word: string
  readonly acts: readonly string[]
  readonly restarts?: number
}[] = [
  { name: 'it begins', story: [[0, begin]], word: 'ContainerCreating', acts: ['launch'] },
  {
    name: 'it is not begun twice',
    story: [
      [0, begin],
      [0, begin],
    ],
    word: 'ContainerCreating',
    acts: [],
  },
  {
    name: 'it runs, and is ready where no probe says more',
    story: [
      [0, begin],
      [1, launched],
    ],
    word: 'running, ready',
    acts: ['Pulled', 'Created', 'Started'],
  },
  {
    name: 'a readiness probe keeps it back',
    story: [
      [0, begin],
      [1, launched],
    ],
    rules: { readinessProbe: true },
    word: 'running',
    acts: ['Pulled', 'Created', 'Started'],
  },
  {
    name: 'one that is under way is not begun again when its time comes',
    story: [
      [0, begin],
      [1, due],
    ],
    word: 'ContainerCreating',
    acts: [],
  },
  ...([begin, due] as const).map((news) => ({
    name: `one that runs is not begun again: ${news.is}`,
    story: [
      [0, begin],
      [1, launched],
      [1, news],
    ] as Story,
    word: 'running, ready',
    acts: [],
  })),
  {
    name: 'behind the startup probe the readiness probe keeps it back',
    story: [
      [0, begin],
      [1, launched],
      [1, { is: 'started', value: true }],
    ],
    rules: { startupProbe: true, readinessProbe: true },
    word: 'running',
    acts: [],
  },
  {
    name: 'a startup probe keeps it back until it passes',
    story: [
      [0, begin],
      [1, launched],
      [1, { is: 'started', value: true }],
    ],
    rules: { startupProbe: true },
    word: 'running, ready',
    acts: [],
  },
  {
    name: 'the first restart comes at once',
    story: [[0, begin], ...crash],
    word: 'ContainerCreating',
    acts: ['launch'],
  },
  {
    name: 'the second waits',
    story: [[0, begin], ...crash, ...crash],
    word: 'CrashLoopBackOff',
    acts: ['BackOff', 'wait 10000'],
    restarts: 1,
  },
  {
    name: 'the third waits twice as long',
    story: [[0, begin], ...crash, ...crash, [10, due], ...crash],
    word: 'CrashLoopBackOff',
    acts: ['BackOff', 'wait 20000'],
    restarts: 2,
  },
  {
    name: 'one that ran for long is begun again at once',
    story: [[0, begin], ...crash, ...crash, [10, due], [1, launched], [600, exited(1)]],
    word: 'ContainerCreating',
    acts: ['launch'],
    restarts: 2,
  },
  {
    name: 'Never: it has failed',
    story: [[0, begin], ...crash],
    rules: { restart: 'Never' },
    word: 'Error',
    acts: [],
  },
  {
    name: 'OnFailure: an end without an error is the end',
    story: [
      [0, begin],
      [1, launched],
      [1, exited(0)],
    ],
    rules: { restart: 'OnFailure' },
    word: 'Completed',
    acts: [],
  },
  {
    name: 'an unknown image',
    story: [
      [0, begin],
      [0, refused('ErrImagePull')],
    ],
    word: 'ErrImagePull',
    acts: ['Failed', 'Failed', 'wait 1000'],
  },
  {
    name: 'soon it says that it backs off',
    story: [
      [0, begin],
      [0, refused('ErrImagePull')],
      [1, due],
    ],
    word: 'ImagePullBackOff',
    acts: ['BackOff', 'Failed', 'wait 9000'],
  },
  {
    name: 'then it is tried again',
    story: [
      [0, begin],
      [0, refused('ErrImagePull')],
      [1, due],
      [9, due],
    ],
    word: 'ImagePullBackOff',
    acts: ['launch'],
  },
  {
    name: 'a volume that is not there yet',
    story: [
      [0, begin],
      [0, refused('FailedMount')],
    ],
    word: 'ContainerCreating',
    acts: ['FailedMount', 'wait 1000'],
  },
  ...(['FailedMount', 'CreateContainerConfigError'] as const).flatMap((reason) => {
    const word = reason === 'FailedMount' ? 'ContainerCreating' : reason
    return [
      {
        name: `too early for another look: ${reason}`,
        story: [
          [0, begin],
          [0, refused(reason)],
          [0.4, due],
        ] as Story,
        word,
        acts: ['wait 600'],
      },
      {
        name: `another look: ${reason}`,
        story: [
          [0, begin],
          [0, refused(reason)],
          [1, due],
        ] as Story,
        word,
        acts: ['launch'],
      },
    ]
  }),
  {
    name: 'a command that cannot be started',
    story: [
      [0, begin],
      [0, refused('RunContainerError')],
    ],
    word: 'RunContainerError',
    acts: ['Failed', 'wait 10000'],
  },
  {
    name: 'Never: a command that cannot be started has failed',
    story: [
      [0, begin],
      [0, refused('RunContainerError')],
    ],
    rules: { restart: 'Never' },
    word: 'StartError',
    acts: ['Failed'],
  },
]

for (const { name, story, rules: own, word, acts, restarts = 0 } of rows)
  test(name, () => {
    const found = told(story, own)
    assert.deepEqual({ word: wordOf(found.state), acts: found.acts }, { word, acts })
    assert.equal(found.state.restarts, restarts)
  })

test('an end is told with all that is known of it', () => {
  const news = { is: 'exited', exitCode: 137, signal: 9, message: 'out of memory' } as const
  const { life } = told(
    [
      [0, begin],
      [2, launched],
      [3, news],
    ],
    { restart: 'Never' },
  ).state
  assert.deepEqual(life, {
    is: 'ended',
    end: { exitCode: 137, signal: 9, message: 'out of memory', reason: 'Error', since: 2000, at: 5000 },
  })
})

test('how long it waits is told as Go writes it', () => {
  const waits: string[] = []
  let story: Story = [[0, begin], ...crash]
  for (let turns = 0; turns < 6; turns++) {
    story = [...story, ...crash]
    const { life } = told(story).state
    waits.push((life.is === 'waiting' && /^back-off (\S+) /.exec(life.message ?? '')?.[1]) || '')
    story = [...story, [300, due]]
  }
  assert.deepEqual(waits, ['10s', '20s', '40s', '1m20s', '2m40s', '5m0s'])
})

test('whatever happens, a container that is to go on is running, under way, or waits no longer than the longest', () => {
  const news = fc.constantFrom(
    begin,
    due,
    launched,
    exited(0),
    exited(1),
    refused('ErrImagePull'),
    refused('RunContainerError'),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(700), news), { maxLength: 40 }), (story) => {
      const { life } = told([[0, begin], ...story]).state
      if (life.is !== 'waiting' || life.launching === true) return life.is !== 'ended'
      const now = story.reduce((sum, [seconds]) => sum + seconds * 1000, 0)
      return life.until !== undefined && life.until - now <= longestBackOffMs
    }),
  )
})
