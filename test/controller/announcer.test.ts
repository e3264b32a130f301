import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostsText } from '../../src/controller/say.ts'
import { silentLog, type Fields } from '../../src/observe/log.ts'
import { awsBed } from '../providers/aws/subject.ts'

const rows: readonly { name: string; names: readonly string[]; text: string }[] = [
  { name: 'few names, sorted', names: ['b', 'a'], text: '[a b]' },
  { name: 'none', names: [], text: '[]' },
  {
    name: 'more than twenty',
    names: Array.from({ length: 23 }, (_, n) => `n${String(n).padStart(2, '0')}`),
    text: `[${Array.from({ length: 20 }, (_, n) => `n${String(n).padStart(2, '0')}`).join(' ')} <3 more>]`,
  },
]

for (const { name, names, text } of rows)
  test(`hosts in an event: ${name}`, () => assert.equal(hostsText(names), text))

test('targets that may not be registered are told as hosts that could not be brought in, once, and named by action', async () => {
  const { bed, cloud, joined } = awsBed()
  bed.start()
  bed.apply('web')
  await bed.calm()
  cloud.deny('RegisterTargets')
  joined(3)
  bed.addNode(3)
  await bed.pass(1_500_000)
  const warnings = bed.warnings()
  assert.equal(warnings.length, 1, warnings.join('\\n'))
  assert.match(
    warnings[0] ?? '',
    /^UpdateLoadBalancerFailed: Error updating load balancer with new hosts \[node-1 node-2 node-3\] \[node names limited, total number of nodes: 3\], error: .*LB_CLOUD_DENIED.*elasticloadbalancing:RegisterTargets/,
  )
  assert.equal(bed.condition('web')?.reason, 'LB_CLOUD_DENIED')
  await bed.stop()
})

test('a refusal names the call and no node, and is logged once', async () => {
  const logged: string[] = []
  const warn = (message: string, fields: Fields = {}) =>
    void logged.push(`${message}: ${String(fields['service'])}: ${String(fields['problem'])}`)
  const log = { ...silentLog, warn, child: () => log }
  const { bed, cloud } = awsBed({ log })
  cloud.deny('CreateTargetGroup')
  bed.start()
  bed.apply('web')
  await bed.pass(1_500_000)
  const about = logged.filter((line) => line.startsWith('a Service is not as it asks: '))
  assert.equal(about.length, 1, about.join('\n'))
  assert.match(
    about[0] ?? '',
    /\/web: LB_CLOUD_DENIED at spec: create target-group .* was refused: AccessDenied: elasticloadbalancing:CreateTargetGroup [^(]*Hint: /,
  )
  await bed.stop()
})
