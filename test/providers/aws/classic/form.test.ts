import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classicForm } from '../../../../providers/aws/classic/form.ts'
import type { JsonObject } from '../../../../src/lib/json.ts'
import type { Resource } from '../../../../src/plan/resource.ts'
import { planOffline } from '../../../../src/plan/offline.ts'
import { blueprint, certificate, of, planned } from './plan.ts'

/** What the older API would answer of such a load balancer. */
function answer({ spec, parts = {} }: Resource, instances: readonly string[]): JsonObject {
  const those = (start: string) =>
    Object.entries(parts).flatMap(([key, part]) => (key.startsWith(start) ? [part.spec] : []))
  return {
    LoadBalancerName: spec['LoadBalancerName'] ?? '',
    DNSName: 'web.elb.amazonaws.com',
    Scheme: spec['Scheme'] ?? '',
    Subnets: ['subnet-b', 'subnet-a'],
    SecurityGroups: ['sg-1', 'sg-3', 'sg-2'],
    ListenerDescriptions: those('listener/').map(({ PolicyNames, ...Listener }) => ({
      Listener,
      PolicyNames: PolicyNames ?? [],
    })),
    Policies: {
      OtherPolicies: ['ELBSecurityPolicy-2016-08', ...those('policy/').map((one) => one['PolicyName'] ?? '')],
    },
    BackendServerDescriptions: those('backend/'),
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
  const seen = classicForm.observe?.(answer(balancer, ['i-0a']), { name: 'shop', uid: 'cluster-uid' })
  assert.equal(seen?.[0]?.owners[0]?.name, 'shop/web')
  assert.equal(seen[0].out['dns'], 'web.elb.amazonaws.com')
  const only = { ...plan.contribution, resources: [balancer] }
  assert.deepEqual(planOffline(blueprint, [only], seen).steps, [])
})

test('a node that left is taken out, and nothing else changes', () => {
  const plan = planned(asked)
  const [balancer] = of(plan, 'classic-load-balancer')
  assert.ok(balancer !== undefined && plan.contribution !== undefined)
  const seen = classicForm.observe?.(answer(balancer, ['i-0a', 'i-0b']), {
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

test('a port and PROXY protocol that nobody wants any more go', () => {
  const before = planned({
    ...asked,
    spec: {
      ports: [
        { name: 'a', port: 80, targetPort: 8080, nodePort: 30_080 },
        { name: 'b', port: 81, targetPort: 8080, nodePort: 30_081 },
      ],
    },
  })
  const { 'proxy-protocol': _off, ...annotations } = asked.annotations
  const after = planned({ annotations })
  const [old] = of(before, 'classic-load-balancer')
  const [wanted] = of(after, 'classic-load-balancer')
  assert.ok(old !== undefined && wanted !== undefined && after.contribution !== undefined)
  const seen = classicForm.observe?.(answer(old, ['i-0a']), { name: 'shop', uid: 'cluster-uid' })
  const { steps } = planOffline(blueprint, [{ ...after.contribution, resources: [wanted] }], seen)
  assert.deepEqual(
    steps
      .flatMap(({ parts }) => parts ?? [])
      .map(({ action, key }) => `${action} ${key}`)
      .toSorted(),
    [
      'remove backend/30080',
      'remove backend/30081',
      'remove listener/81',
      'remove policy/k8s-proxyprotocol-enabled',
    ],
  )
})

test('of another cluster it has no owner, and a body of another API is none', () => {
  const body = { LoadBalancerName: 'a', ListenerDescriptions: [] }
  assert.deepEqual(classicForm.observe?.(body, { name: 'shop', uid: 'x' })?.[0]?.owners, [])
  assert.equal(classicForm.observe?.({ LoadBalancerArn: 'arn' }, { name: 'shop' }), undefined)
})

test("the nodes' rule is known by the group's id once that exists", () => {
  const form = blueprint.kinds['security-group']
  const [, nodes] = of(planned({ annotations: { type: 'classic' } }), 'security-group')
  const [part] = Object.values(nodes?.parts ?? {})
  assert.ok(part !== undefined && form?.pack !== undefined)
  const filled = { any: { ...part, spec: { ...part.spec, ReferencedGroupId: 'sg-own' } } }
  assert.deepEqual(Object.keys(form.pack(filled, undefined, () => false)), ['-1/-1--1/sg-own'])
})
