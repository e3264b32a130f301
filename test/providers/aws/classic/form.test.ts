import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classicForm } from '../../../../providers/aws/classic/form.ts'
import type { JsonObject } from '../../../../src/lib/json.ts'
import { planOffline } from '../../../../src/plan/offline.ts'
import { blueprint, certificate, of, planned } from './plan.ts'

/** What the older API would answer of a load balancer with this spec. */
function answer(spec: JsonObject, instances: readonly string[]): JsonObject {
  const entries = (field: string) => Object.entries(spec[field] as Record<string, JsonObject>)
  return {
    LoadBalancerName: spec['LoadBalancerName'] ?? '',
    DNSName: 'web.elb.amazonaws.com',
    Scheme: spec['Scheme'] ?? '',
    Subnets: ['subnet-b', 'subnet-a'],
    SecurityGroups: ['sg-1', 'sg-3', 'sg-2'],
    ListenerDescriptions: entries('Listeners').map(([, { PolicyNames, ...Listener }]) => ({
      Listener,
      PolicyNames: PolicyNames ?? [],
    })),
    PolicyDescriptions: entries('Policies').map(([PolicyName, rest]) => ({ PolicyName, ...rest })),
    BackendServerDescriptions: entries('BackendServerDescriptions').map(([port, rest]) => ({
      InstancePort: Number(port),
      ...rest,
    })),
    Instances: instances.map((InstanceId) => ({ InstanceId })),
    HealthCheck: spec['HealthCheck'] ?? {},
    LoadBalancerAttributes: spec['LoadBalancerAttributes'] ?? {},
    Tags: Object.entries(spec['Tags'] as Record<string, string>).map(([Key, Value]) => ({ Key, Value })),
  }
}

const asked = {
  annotations: {
    type: 'classic',
    'ssl-cert': certificate,
    'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS-1-2-2017-01',
    'proxy-protocol': '*',
    'security-groups': 'sg-1,sg-2,sg-3',
  },
}

test('what was planned and is described by AWS needs nothing more', () => {
  const plan = planned(asked)
  const [balancer] = of(plan, 'classic-load-balancer')
  assert.ok(balancer !== undefined && plan.contribution !== undefined)
  const seen = classicForm.observe?.(answer(balancer.spec, ['i-0a']), { name: 'shop', uid: 'cluster-uid' })
  assert.equal(seen?.[0]?.owners[0]?.name, 'shop/web')
  assert.equal(seen[0].out['dns'], 'web.elb.amazonaws.com')
  const only = { ...plan.contribution, resources: [balancer] }
  assert.deepEqual(planOffline(blueprint, [only], seen).steps, [])
})

test('a node that left is taken out, and nothing else changes', () => {
  const plan = planned(asked)
  const [balancer] = of(plan, 'classic-load-balancer')
  assert.ok(balancer !== undefined && plan.contribution !== undefined)
  const seen = classicForm.observe?.(answer(balancer.spec, ['i-0a', 'i-0b']), {
    name: 'shop',
    uid: 'cluster-uid',
  })
  const only = { ...plan.contribution, resources: [balancer] }
  const { steps } = planOffline(blueprint, [only], seen)
  assert.deepEqual(
    steps.flatMap(({ parts }) => parts ?? []).map(({ action, key }) => `${action} ${key}`),
    ['remove i-0b'],
  )
})

test('of another cluster it has no owner, and a body of another API is none', () => {
  const body = { LoadBalancerName: 'a', ListenerDescriptions: [] }
  assert.deepEqual(classicForm.observe?.(body, { name: 'shop', uid: 'x' })?.[0]?.owners, [])
  assert.equal(classicForm.observe?.({ LoadBalancerArn: 'arn' }, { name: 'shop' }), undefined)
})
