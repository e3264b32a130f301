import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fateByContract, type EndpointState, type Question } from './contract.ts'

const here: EndpointState = { pod: 'a', node: 'n1' }
const there: EndpointState = { pod: 'b', node: 'n2' }
const base: Question = {
  node: 'n1',
  zone: 'zone-1',
  from: 'outside',
  sender: '192.0.2.21',
  to: 'node-port',
  family: 'IPv4',
  external: 'Local',
  internal: 'Local',
  endpoints: [here, there],
}

// The table of forwarding rules, row by row and column by column: all, local, none local, nothing anywhere.
const all = (source: string) => `a b ${source}`
const rows: readonly (readonly [string, Partial<Question>, readonly [string, string, string, string]])[] = [
  ['pod to cluster address', { from: 'pod', to: 'cluster' }, [all('kept'), 'a kept', 'drop', 'reject']],
  [
    'node to cluster address',
    { from: 'node', to: 'cluster' },
    [all('masqueraded'), 'a masqueraded', 'drop', 'reject'],
  ],
  ['outside to cluster address', { to: 'cluster' }, [all('masqueraded'), 'a masqueraded', 'drop', 'reject']],
  ['outside to NodePort', {}, [all('masqueraded'), 'a kept', 'drop', 'reject']],
  ['pod to NodePort', { from: 'pod' }, [all('masqueraded'), all('kept'), 'b kept', 'reject']],
  [
    'node to external address',
    { from: 'node', to: 'external' },
    [all('masqueraded'), all('masqueraded'), 'b masqueraded', 'reject'],
  ],
]

function text(question: Question): string {
  const fate = fateByContract(question)
  return fate.verdict === 'forward' ? [...fate.pods, fate.source].join(' ') : fate.verdict
}

for (const [name, change, cells] of rows)
  test(`the contract: ${name}`, () => {
    const question = { ...base, ...change }
    const found = [
      text({ ...question, external: 'Cluster', internal: 'Cluster' }),
      text(question),
      text({ ...question, endpoints: [there] }),
      text({ ...question, endpoints: [] }),
    ]
    assert.deepEqual(found, cells)
  })

test('the contract: ranges close load balancer addresses only, before anything else is asked', () => {
  const question: Question = { ...base, endpoints: [], ranges: ['2001:db8::/32'] }
  assert.equal(text({ ...question, to: 'load-balancer' }), 'drop')
  assert.equal(text(question), 'reject')
})
