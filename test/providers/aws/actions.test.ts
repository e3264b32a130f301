import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { isMutating } from '../../../localstack/aws/throttle.ts'
import { actions } from '../../../providers/aws/api.ts'

const root = new URL('../../../', import.meta.url)
const source = globSync('providers/aws/**/*.ts', { cwd: root.pathname })
  .filter((file) => !/api[a-z0-9-]*\.ts$/.test(file))
  .map((file) => readFileSync(new URL(file, root), 'utf8'))
  .join('\n')

for (const [action, facts] of Object.entries(actions)) {
  test(`action ${action} is called, and told right`, () => {
    assert.ok(source.includes(`'${action}'`), 'what nobody calls needs no permission')
    assert.equal(facts.mutating, isMutating(facts.operation))
    const service = facts.service === 'ec2' ? 'ec2' : 'elasticloadbalancing'
    assert.equal(facts.iam[0], `${service}:${facts.operation}`)
  })
}

test('the IAM policy allows these actions and no other', () => {
  const policy = JSON.parse(readFileSync(new URL('manifests/aws/iam-policy.json', root), 'utf8')) as {
    readonly Statement: readonly { readonly Action: string | readonly string[] }[]
  }
  const allowed = new Set(policy.Statement.flatMap((statement) => statement.Action))
  const needed = new Set(Object.values(actions).flatMap((action) => action.iam))
  assert.deepEqual([...allowed].toSorted(), [...needed].toSorted())
})
