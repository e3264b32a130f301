import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesGolden } from './golden.ts'
import { invoke } from './invoke.ts'

const inputs = 'test/cli/golden/inputs/aws'
const known = ['--nodes', `${inputs}/nodes.yaml`, '--facts', `${inputs}/facts.yaml`]

interface Row {
  /** The name of the input in golden/inputs/aws; what is said of it is in golden/aws. */
  readonly file: string
  readonly code: 0 | 1
  /** With what is known of the VPC and the nodes. */
  readonly known?: true
}

const rows: readonly Row[] = [
  { file: 'no-ports', code: 1 },
  { file: 'sctp', code: 1 },
  { file: 'source-ranges', code: 1 },
  { file: 'certificate', code: 1 },
  { file: 'certificate-region', code: 1, known: true },
  { file: 'ssl-ports', code: 1 },
  { file: 'numbers', code: 1 },
  { file: 'typo', code: 1 },
  { file: 'backend-http', code: 0 },
  { file: 'subnet-unknown', code: 1, known: true },
  { file: 'subnets-same-zone', code: 1, known: true },
  { file: 'subnets-none', code: 1, known: true },
  { file: 'load-balancer-ip', code: 0 },
]

for (const row of rows)
  test(`aws, ${row.file}: said with its place, what is accepted and what to do`, async () => {
    const args = [
      'dry-run',
      '--provider',
      'aws',
      `${inputs}/${row.file}.yaml`,
      ...(row.known === undefined ? [] : known),
    ]
    const { code, err } = await invoke(args)
    assert.equal(code, row.code)
    matchesGolden(`aws/${row.file}`, err)
  })

test('aws, everything known: a plan with real subnets, targets and rules', async () => {
  const { code, out, err } = await invoke([
    'dry-run',
    '--provider',
    'aws',
    'manifests/examples/tcp-udp.yaml',
    ...known,
  ])
  assert.deepEqual({ code, err }, { code: 0, err: '' })
  matchesGolden('aws/all-known', out)
})
