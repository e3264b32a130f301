import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { azure } from '../../keys/azure.ts'
import { goldenName } from '../../keys/keys.ts'
import { planServices } from '../../support/plan-service.ts'
import { Arm } from './described.ts'
import { shown } from './shown.ts'

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
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30_080 }],
    ...spec,
  },
})

for (const one of azure.cases)
  test(`azure: what was made is recognised: ${goldenName(one)}`, () => {
    const asked = service({ ...one.beside, [one.key]: one.value }, one.spec)
    const world = { ...azure.world, ...one.world }
    const arm = new Arm()
    arm.give('shop-ip', '203.0.113.10')
    arm.give('shop-ip6', '2001:db8::10', 'IPv6')
    const look = () => planServices(azure.blueprint, [asked], { ...world, observed: arm.observe() }).plan
    const made = look()
    assert.ok(made.steps.length > 0)
    arm.apply(made.steps)
    assert.deepEqual(shown(look()), [])
  })
