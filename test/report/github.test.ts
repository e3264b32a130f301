import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Located } from '../../src/config/located.ts'
import { error, note, warning } from '../../src/model/problem.ts'
import { githubOf } from '../../src/report/github.ts'

const said = (problems: readonly Located[]): readonly string[] =>
  githubOf({ clouds: [], problems, skipped: new Map() }).split('\n')

const rows: readonly { readonly name: string; readonly located: Located; readonly line: string }[] = [
  {
    name: 'an error at its place',
    located: { problem: error('LB_A', 'spec.x', 'no'), place: 'a.yaml', line: 2, column: 3 },
    line: '::error file=a.yaml,line=2,col=3,title=LB_A::no%0Aat: spec.x',
  },
  {
    name: 'signs that end a property or a message',
    located: {
      problem: warning('LB_A', '', '100%\r\n::error::x', { accepted: 'a,b:c', hint: 'do' }),
      place: 'a,b:c%.yaml',
    },
    line: '::warning file=a%2Cb%3Ac%25.yaml,title=LB_A::100%25%0D%0A::error::x%0Aaccepted: a,b:c%0Ahint: do',
  },
  {
    name: 'what is in no file of the repository',
    located: { problem: note('LB_A', '', 'x'), place: '<stdin>', line: 1 },
    line: '::notice line=1,title=LB_A::x',
  },
  {
    name: 'a flag',
    located: { problem: error('LB_A', '', 'x'), place: '--provider' },
    line: '::error title=LB_A::x',
  },
]

for (const { name, located, line } of rows)
  test(`github: ${name}`, () => assert.equal(said([located])[0], line))

test('github: counts come last', () =>
  assert.deepEqual(said([{ problem: error('LB_A', '', 'x') }]).slice(1), ['1 error (LB_A)', '']))
