import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandOn } from '../../src/cli/sandbox-folder.ts'
import { openLogFile } from '../../src/cli/sandbox-log.ts'
import { nextText } from '../../src/cli/sandbox-text.ts'
import type { SandboxFacts } from '../../src/sandbox/facts.ts'
import { invoke } from './invoke.ts'

const facts = (kubeconfig: string, port: number) =>
  ({ kubeconfig, firstAddress: { address: '127.20.240.1', port } }) as SandboxFacts
const plain = (_style: unknown, text: string) => text

const nexts: readonly { name: string; facts: SandboxFacts; applied: boolean; lines: readonly string[] }[] = [
  {
    name: 'an empty one',
    facts: facts('/home/a/kubeconfig', 80),
    applied: false,
    lines: [
      '  export KUBECONFIG=/home/a/kubeconfig',
      '  kubectl create deployment hello --image=echo --port=80 --replicas=2 && kubectl expose deployment hello --type=LoadBalancer',
      'Then one of the two pods answers "curl http://127.20.240.1".',
    ],
  },
  {
    name: 'low ports refused, and a folder that a shell would take apart',
    facts: facts("/home/a b/it's", 10_080),
    applied: false,
    lines: [
      String.raw`  export KUBECONFIG='/home/a b/it'\''s'`,
      '  kubectl create deployment hello --image=echo --port=80 --replicas=2 && kubectl expose deployment hello --type=LoadBalancer',
      'Then one of the two pods answers "curl http://127.20.240.1:10080".',
    ],
  },
  {
    name: 'one that has manifests: which address is whose is for it to say',
    facts: facts('/k', 80),
    applied: true,
    lines: ['  export KUBECONFIG=/k', '  kubectl get pods,services -o wide'],
  },
]
for (const { name, facts: given, applied, lines } of nexts)
  test(`what to type next, ${name}`, () =>
    assert.deepEqual(nextText(given, applied, plain).trim().split('\n').slice(1), lines))

test('a command is told with the name and folder that it needs', () => {
  assert.equal(commandOn({ name: 'default' }, 'stop'), '"lb-controller sandbox stop"')
  assert.equal(
    commandOn({ name: 'two', stateDir: '/a b' }, 'stop'),
    `"lb-controller sandbox stop --name two --state-dir '/a b'"`,
  )
})

test('each kind of program is listed once, with how files and names are seen', async () => {
  const { out: said } = await invoke(['sandbox', 'images'])
  const heads = [...said.matchAll(/^ {2}(\S.*)$/gm)].map(([, head = '']) => head)
  assert.equal(new Set(heads).size, heads.length)
  assert.match(said, /Files and names: where .* volumes are mounted/)
})

test('a log on a full disk loses lines and nothing else', { skip: process.platform !== 'linux' }, () => {
  const log = openLogFile('/dev/full')
  log.write('lost\n')
  log.close()
})
