import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { invoke } from './invoke.ts'

interface Row {
  readonly typed: string
  readonly offers: readonly string[]
}

const rows: readonly Row[] = [
  { typed: 'lb-controller dry', offers: ['dry-run'] },
  { typed: 'lb-controller dry-run --nod', offers: ['--nodes'] },
  { typed: 'lb-controller run --aws-v', offers: ['--aws-vpc-id'] },
  { typed: 'lb-controller completion ', offers: ['bash', 'zsh', 'fish', '--help'] },
  { typed: 'lb-controller dry-run ', offers: [] },
  { typed: 'lb-controller dry-run --output ', offers: ['tree', 'json', 'yaml', 'mermaid', 'html', 'github'] },
  { typed: 'lb-controller dry-run x.yaml -o m', offers: ['mermaid'] },
  { typed: 'lb-controller dry-run --provider o', offers: ['openstack'] },
  { typed: 'lb-controller dry-run --fail-on ', offers: ['error', 'warning'] },
  { typed: 'lb-controller dry-run --comp', offers: ['--compare'] },
  { typed: 'lb-controller annotations -o ', offers: ['text', 'json'] },
  { typed: 'lb-controller dry-run --facts ', offers: [] },
  { typed: 'lb-controller doctor --output ', offers: ['text', 'json'] },
  { typed: 'lb-controller facts -o ', offers: ['yaml', 'json'] },
  { typed: 'lb-controller adopt --from ', offers: ['ccm', 'lbc'] },
  { typed: 'lb-controller run --policy ', offers: ['sync', 'plan-only'] },
  { typed: 'lb-controller run --provider ', offers: ['aws', 'local'] },
  { typed: 'lb-controller node-proxy --data-plane n', offers: ['nftables'] },
  { typed: 'lb-controller sandbox --provider ', offers: ['aws', 'local'] },
]

test('bash completes commands, flags and values, and leaves files to bash', async () => {
  const { out } = await invoke(['completion', 'bash'])
  for (const { typed, offers } of rows) {
    const words = typed.split(' ')
    const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _lb_controller; echo "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', `${out}\n${ask}`], { encoding: 'utf8' })
    assert.equal(stderr, '')
    assert.deepEqual(stdout.trim().split(' ').filter(Boolean), offers, typed)
  }
})

for (const shell of ['zsh', 'fish'])
  test(`${shell}'s script knows every command and flag`, async () => {
    const { out } = await invoke(['completion', shell])
    for (const word of ['dry-run', 'detailed-exitcode', 'aws-vpc-id', 'explain'])
      assert.ok(out.includes(word), word)
  })
