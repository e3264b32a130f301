import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import { controllerClass } from '../../../providers/aws/layout.ts'
import { service } from '../../model/service.ts'
import { contribute } from '../../support/plan-service.ts'
import { aws } from '../../keys/aws.ts'

const run = createBlueprint({}, 'run')
const plan = createBlueprint({})

const isOf = (path: string) => (problem: { readonly path: string }) => problem.path === path

/** The honest note: where a plan has what `run` would refuse or leave out, and nowhere else. */
for (const { key, value, beside, spec, world, shows } of aws.cases)
  test(`aws: what run would not do is told of ${key}: ${value}${shows === undefined ? '' : ` (${shows})`}`, () => {
    const subject = service(
      { ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: 30080 }], ...spec },
      { annotations: { ...beside, [key]: value } },
    )
    const path = `metadata.annotations[${JSON.stringify(key)}]`
    const told = contribute(plan, subject, { ...aws.world, ...world }).problems.filter(isOf(path))
    const refused = contribute(run, subject, { ...aws.world, ...world }).problems.some(
      (problem) => problem.path === path && /REFUSED|NOT_IMPLEMENTED/.test(problem.code),
    )
    assert.equal(
      told.some(({ code }) => code === 'LB_PLAN_ONLY'),
      refused,
    )
  })

test('aws: a class of the AWS Load Balancer Controller is planned in its way, and told', () => {
  const subject = service({ loadBalancerClass: controllerClass })
  assert.deepEqual(plan.classes, [controllerClass])
  assert.deepEqual(run.classes, [])
  const { resources, problems } = contribute(plan, subject, aws.world)
  assert.ok(resources.some(({ key }) => key === 'internet-facing/clients'))
  assert.deepEqual(
    problems.map(({ code, path }) => `${code} ${path}`),
    ['LB_PLAN_ONLY spec.loadBalancerClass'],
  )
  assert.ok(
    !contribute(run, subject, aws.world).resources.some(({ key }) => key === 'internet-facing/clients'),
  )
})
