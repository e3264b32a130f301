import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Input } from '../../src/controller/accepted.ts'
import { confined, sameAccess } from '../../src/controller/confine.ts'
import { restricting } from '../../src/model/annotations.ts'
import { sourceRangesKey } from '../../src/model/shared-annotations.ts'
import { text } from '../../src/model/value-text.ts'

const listsKey = 'example.com/prefix-lists'
const table = {
  lists: restricting({
    key: listsKey,
    type: text({ accepts: 'text', pattern: /./ }),
    verdict: { is: 'implemented' },
    doc: 'Who may connect.',
    default: 'nothing',
    example: 'pl-1',
  }),
} as const

const input = (ranges: readonly string[] | undefined, annotations: Record<string, string> = {}): Input => ({
  spec: { sessionAffinity: 'None', ...(ranges === undefined ? {} : { loadBalancerSourceRanges: ranges }) },
  annotations,
})

const rows: readonly {
  readonly name: string
  readonly old: Input
  readonly live: Input
  /** Ranges of the field, then what annotations say, of each that is to be tried. */
  readonly tried: readonly string[]
}[] = [
  {
    name: 'narrowed',
    old: input(undefined),
    live: input(['10.0.0.0/8']),
    tried: ['10.0.0.0/8', '10.0.0.0/8'],
  },
  { name: 'opened', old: input(['10.0.0.0/8']), live: input(undefined), tried: [''] },
  {
    name: 'both families, of which the old one may have one',
    old: input(['10.0.0.0/8']),
    live: input(['192.0.2.0/24', '2001:db8::/32']),
    tried: ['192.0.2.0/24 2001:db8::/32', '192.0.2.0/24', '2001:db8::/32'],
  },
  {
    name: 'by annotation',
    old: input(undefined, { [sourceRangesKey]: '10.0.0.0/8', other: 'x' }),
    live: input(undefined, { [sourceRangesKey]: '192.0.2.0/24, ::/0' }),
    tried: [`other=x ${sourceRangesKey}=192.0.2.0/24, ::/0`, '192.0.2.0/24 other=x', '::/0 other=x'],
  },
  {
    name: 'by what only this cloud has',
    old: input(undefined),
    live: input(undefined, { [listsKey]: 'pl-1' }),
    tried: [`${listsKey}=pl-1`],
  },
]

const shown = ({ spec, annotations }: Input): string =>
  [
    ...((spec['loadBalancerSourceRanges'] ?? []) as readonly string[]),
    ...Object.entries(annotations).map((pair) => pair.join('=')),
  ].join(' ')

for (const { name, old, live, tried } of rows)
  test(`confine: ${name}`, () => {
    assert.deepEqual(confined(old, live, table).map(shown), tried)
    assert.equal(sameAccess(old, live, table), false)
    assert.equal(sameAccess(old, { ...old, annotations: { ...old.annotations, free: 'x' } }, table), true)
  })
