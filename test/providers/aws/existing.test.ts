import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { aws } from '../../keys/aws.ts'
import { awsWorld } from '../../keys/aws-world.ts'
import { goldenName } from '../../keys/keys.ts'
import { planServices } from '../../support/plan-service.ts'
import { describedBy } from './described.ts'

const blueprint = createBlueprint({})
const { cluster } = awsWorld

const service = (annotations: Readonly<Record<string, string>>, spec: object = {}): ServiceObject => ({
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: '11111111-2222-3333-4444-555555555555',
    creationTimestamp: '2026-01-01T00:00:00Z',
    annotations,
  },
  spec: {
    type: 'LoadBalancer',
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30080 }],
    ...spec,
  },
})

for (const one of aws.cases)
  test(`aws: what was made is recognised: ${goldenName(one)}`, () => {
    const asked = service({ ...one.beside, [one.key]: one.value }, one.spec)
    const world = one.world ?? awsWorld
    const made = planServices(blueprint, [asked], world)
    const observed = describedBy(made.plan, cluster)
    const again = planServices(blueprint, [asked], { ...world, observed })
    assert.deepEqual(
      again.plan.steps.map(({ id, fields, parts }) => [
        id,
        ...(fields ?? []).map(({ path, before, after }) => [path, before, after]),
        ...(parts ?? []).map(({ action, key }) => `${action} ${key}`),
      ]),
      [],
    )
  })
