import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutLost } from '../../src/plan/lost-ports.ts'
import type { Conflict, Contribution } from '../../src/plan/merge.ts'
import { invoke } from './invoke.ts'

interface Row {
  readonly cloud: string
  readonly shares: Readonly<Record<string, string>>
  /** What opens a port to everybody, in the plan. */
  readonly opens: (port: number) => RegExp
}

const rows: readonly Row[] = [
  {
    cloud: 'gcp',
    shares: { 'lb-controller.io/group': 'edge' },
    opens: (port) => new RegExp(`0\\.0\\.0\\.0/0\\n(?:.*\\n){1,6} *allowed\\[0\\]\\.ports +.*\\b${port}\\b`),
  },
  {
    cloud: 'azure',
    shares: { 'lb-controller.io/address': '203.0.113.10' },
    opens: (port) =>
      new RegExp(
        `sourceAddressPrefix Internet, .*destinationAddressPrefix 203\\.0\\.113\\.10, .*Ranges .*\\b${port}\\b`,
      ),
  },
]

const manifest = (name: string, at: string, spec: object, annotations: object): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name,
    uid: `${at.repeat(8)}-0000-0000-0000-000000000000`,
    creationTimestamp: `202${at}-01-01T00:00:00Z`,
    annotations,
  },
  spec: { type: 'LoadBalancer', ...spec },
})

for (const { cloud, shares, opens } of rows)
  test(`${cloud}: whoever lost a port of a shared address does not open it to its own clients`, async () => {
    const items = [
      manifest(
        'first',
        '1',
        { loadBalancerSourceRanges: ['10.0.0.0/8'], ports: [{ port: 443, nodePort: 30443 }] },
        shares,
      ),
      manifest(
        'late',
        '2',
        {
          ports: [
            { port: 443, nodePort: 31443 },
            { port: 8080, nodePort: 31080 },
          ],
        },
        shares,
      ),
    ]
    const { out, err } = await invoke(['dry-run', '-', '--provider', cloud], {
      stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    })
    assert.match(err, /LB_PART_TAKEN error: .* held by default\/first/)
    assert.match(out, opens(8080))
    assert.doesNotMatch(out, opens(443))
  })

const contribution = (uid: string): Contribution => ({
  owner: { uid, name: uid },
  created: '',
  resources: [],
})
const lost = (port: number): Conflict => ({
  loser: { uid: 'b', name: 'b' },
  problem: { code: 'LB_PART_TAKEN', severity: 'error', path: `spec.ports[${port}].port`, message: 'taken' },
})

test('it ends where ports are lost one after the other, and each loss is told once', () => {
  const asked: number[][] = []
  let round = 0
  const without = (ports: ReadonlySet<number>) => {
    asked.push([...ports])
    return ports.size < 2 ? contribution('b') : undefined
  }
  const { plan, left } = withoutLost(
    ['a', 'b'].map((name) => ({ contribution: contribution(name), without })),
    (of) => ({
      claimants: of.map(({ owner }) => owner.uid),
      conflicts: [[lost(0)], [lost(0), lost(1)], []][round++] ?? [],
    }),
  )
  assert.deepEqual(asked, [[0], [0, 1]])
  assert.deepEqual(
    plan.conflicts.map(({ problem }) => problem.path),
    ['spec.ports[0].port', 'spec.ports[1].port'],
  )
  assert.deepEqual([plan.claimants, [...left]], [['a'], []])
})
