import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentParts } from '../../src/engine/recent-parts.ts'
import type { Observed, PartChange, Parts } from '../../src/plan/resource.ts'

const part = (port: number) => ({ spec: { port }, owners: [] })

const group = (asOf: number, parts: Parts): Observed => ({
  stack: 's',
  kind: 'group',
  key: 'g',
  id: 'g',
  spec: {},
  parts,
  owners: [],
  out: {},
  state: 'ready',
  serving: 'unreadable',
  depth: 'read',
  asOf,
})

const change = (action: PartChange['action'], key: string): PartChange => ({ action, key, owners: [] })

const rows: readonly {
  name: string
  wrote: Observed
  changes: readonly PartChange[]
  read: Observed
  shows: readonly string[]
}[] = [
  {
    name: 'a part that was just made and that a late read lacks stays',
    wrote: group(100, { a: part(1) }),
    changes: [change('add', 'a')],
    read: group(105, {}),
    shows: ['a'],
  },
  {
    name: 'a part that was just removed and that a late read still shows is gone',
    wrote: group(100, {}),
    changes: [change('remove', 'a')],
    read: group(105, { a: part(1) }),
    shows: [],
  },
  {
    name: 'a read that began late enough is taken at its word',
    wrote: group(100, { a: part(1) }),
    changes: [change('add', 'a')],
    read: group(110, {}),
    shows: [],
  },
  {
    name: 'a change that the request did not carry out says nothing',
    wrote: group(100, { a: part(1) }),
    changes: [change('add', 'a'), change('add', 'b'), change('remove', 'a')],
    read: group(105, { b: part(2) }),
    shows: ['a', 'b'],
  },
]

for (const { name, wrote, changes, read, shows } of rows) {
  test(`recent parts: ${name}`, () => {
    const recent = new RecentParts(1_000)
    recent.note(wrote, changes)
    assert.deepEqual(Object.keys(recent.over(read, 10).parts ?? {}).toSorted(), shows)
  })
}
