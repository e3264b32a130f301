import { isTrue, type Story, type Turn } from '../../conformance/subject.ts'
import type { Bed } from '../../support/bed.ts'
import { certificate } from './stories.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

type Asked = Readonly<Record<string, string | null>>

const annotate = (asked: Asked) => (bed: Bed) => void bed.edit('web', { metadata: { annotations: asked } })

const settled = (bed: Bed): boolean =>
  isTrue(bed, 'web') && bed.condition('web')?.message.includes('stays until') !== true

const released = (bed: Bed): boolean => (bed.service('web')?.metadata.finalizers ?? []).length === 0

interface Move {
  readonly name: string
  readonly from?: Readonly<Record<string, string>>
  readonly to: Asked
  /** Where it goes instead, after all. */
  readonly again: Asked
}

const moves: readonly Move[] = [
  {
    name: 'another scheme',
    to: { [key('scheme')]: 'internal' },
    again: { [key('type')]: 'external' },
  },
  {
    name: 'another type',
    to: { [key('type')]: 'external' },
    again: { [key('type')]: 'classic' },
  },
  {
    name: 'another protocol of targets',
    from: { [key('type')]: 'external', [key('ssl-cert')]: certificate },
    to: { [key('backend-protocol')]: 'ssl' },
    again: { [key('backend-protocol')]: null, [key('scheme')]: 'internal' },
  },
  {
    name: 'into a group',
    from: { [key('type')]: 'external' },
    to: { 'lb-controller.io/group': 'edge' },
    again: { 'lb-controller.io/group': 'inner' },
  },
]

const nothing = (asked: Asked): Asked => Object.fromEntries(Object.keys(asked).map((name) => [name, null]))

const turnsOf = ({ from = {}, to, again }: Move): readonly Turn[] => [
  { name: 'taken back', happens: annotate({ ...nothing(to), ...from }), over: settled },
  { name: 'changed again', happens: annotate(again), over: settled },
  { name: 'deleted', happens: (bed) => bed.delete('web'), over: (bed) => bed.service('web') === undefined },
  {
    name: 'made a NodePort',
    happens: (bed) => void bed.edit('web', { spec: { type: 'NodePort' } }),
    over: released,
  },
]

/** What an edit makes beside what serves, killed in every phase: before the switch, at it, and in the grace. */
export const moveStories: readonly Story[] = moves.map((move) => ({
  name: move.name,
  options: { settings: { graceMs: 60_000 } },
  before: (bed) => void bed.apply('web', {}, move.from ?? {}),
  act: annotate(move.to),
  over: settled,
  turns: turnsOf(move),
}))
