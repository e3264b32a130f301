import assert from 'node:assert/strict'
import test from 'node:test'
import { loadBalancerName, type NameOf, targetGroupName } from '../../../providers/aws/names.ts'
import { ownerOf, tagsFor } from '../../../providers/aws/tags.ts'
import { namedInRule } from '../../../providers/aws/rules.ts'
import type { LoadBalancer } from '../../../src/model/load-balancer.ts'

const of = (more: Partial<NameOf> = {}): NameOf => ({
  clusterUid: 'c',
  uid: 'u',
  namespace: 'shop',
  name: 'edge',
  ...more,
})
const group = { place: 'internal', protocol: 'TCP', port: 80, nodePort: 30080, vpcId: 'vpc-1' }

test('names fit AWS: 32 characters, letters, digits and hyphens', () => {
  const name = loadBalancerName(of({ namespace: 'a-very-long-namespace', name: 'web.front-end' }), 'internal')
  assert.match(name, /^k8s-averylon-webfront-[0-9a-f]{10}$/)
  assert.ok(name.length <= 32)
})

test('whatever cannot change in place changes the name', () => {
  const names = [
    loadBalancerName(of(), 'internal'),
    loadBalancerName(of(), 'internet-facing'),
    loadBalancerName(of({ uid: 'v' }), 'internal'),
    loadBalancerName(of({ clusterUid: 'd' }), 'internal'),
    loadBalancerName(of({ clusterUid: 'cu', uid: '' }), 'internal'),
    targetGroupName(of(), group),
    ...[{ protocol: 'TLS' }, { port: 81 }, { nodePort: 30081 }, { vpcId: 'vpc-2' }, { place: 'x' }].map(
      (change) => targetGroupName(of(), { ...group, ...change }),
    ),
  ]
  assert.equal(new Set(names).size, names.length)
})

test('what a file cannot know is named', () => {
  const file = of({ uid: undefined, clusterUid: undefined })
  assert.equal(loadBalancerName(file, 'internal'), 'k8s-shop-edge-<uid>')
  assert.equal(targetGroupName(of(), { ...group, nodePort: undefined }), 'k8s-shop-edge-<node port>')
})

test('our tags outrank those of the configuration and of the Service', () => {
  const lb = { uid: 'u', owner: { uid: 'u', name: 'shop/edge' } } as LoadBalancer
  const tags = tagsFor(lb, 'internal', {
    cluster: { uid: 'c', name: 'demo' },
    clusterName: 'demo',
    more: { 'lb-controller.io/cluster': 'forged', team: 'shop' },
  })
  assert.deepEqual(tags, {
    team: 'shop',
    'kubernetes.io/cluster/demo': 'owned',
    'lb-controller.io/cluster': 'c',
    'lb-controller.io/service-uid': 'u',
    'lb-controller.io/service': 'shop/edge',
    'lb-controller.io/key': 'internal',
  })
  assert.deepEqual(ownerOf(tags as Record<string, string>, 'c'), { uid: 'u', name: 'shop/edge' })
  assert.equal(ownerOf(tags as Record<string, string>, 'another cluster of the same name'), undefined)
  assert.equal(ownerOf(tags as Record<string, string>, undefined), undefined)
})

test('rules name their load balancer, except the one that all share', () => {
  assert.equal(namedInRule('kubernetes.io/rule/nlb/client=k8s-a-b-c'), 'k8s-a-b-c')
  assert.equal(namedInRule('kubernetes.io/rule/nlb/health=k8s-a-b-c'), 'k8s-a-b-c')
  assert.equal(namedInRule('kubernetes.io/rule/nlb/mtu'), undefined)
  assert.equal(namedInRule(undefined), undefined)
})
