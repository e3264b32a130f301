import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KubeError } from '../../../src/kube/errors.ts'
import { acceptedAnnotation } from '../../../src/model/claim.ts'
import { ofPods, podBed, podSpec, targetOf } from './pod-bed.ts'

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)
const sorted = (texts: readonly string[]): readonly string[] => texts.toSorted()

test('pods are targets as they come and go', async () => {
  const { bed, pod, drop, targets, calls, served, cloud } = podBed()
  pod(1)
  pod(2)
  bed.start()
  bed.apply('web', podSpec, ofPods)
  await served()
  assert.deepEqual(targets(), sorted([targetOf(1), targetOf(2)]))
  assert.deepEqual(bed.warnings(), [])
  await bed.pass(60_000)

  cloud.clearLog()
  pod(3)
  await bed.pass(10)
  assert.deepEqual(targets(), sorted([targetOf(1), targetOf(2), targetOf(3)]), 'at once')
  drop(1)
  await bed.pass(1_000)
  assert.deepEqual(targets(), sorted([targetOf(2), targetOf(3)]), 'before the pod is gone')
  assert.deepEqual([calls('RegisterTargets'), calls('DeregisterTargets')], [1, 1])
  await bed.pass(40_000)

  cloud.clearLog()
  await bed.pass(3_600_000)
  assert.equal(cloud.log.filter((call) => call.mutating).length, 0)
  await bed.stop()
})

test('pods need no node ports', async () => {
  const { bed, pod, targets, served } = podBed()
  pod(1)
  bed.start()
  bed.apply('web', { ...podSpec, allocateLoadBalancerNodePorts: false }, ofPods)
  await served()
  assert.deepEqual(targets(), [targetOf(1)])
  assert.deepEqual(bed.warnings(), [])
  await bed.stop()
})

test('a rollout of 120 pods is a call for each second that it takes, new ones before old ones', async () => {
  const { bed, pod, drop, targets, calls, served, cloud } = podBed({}, { limits: { targetsPerZone: 1_000 } })
  for (const n of numbers(1, 120)) pod(n)
  bed.start()
  bed.apply('web', podSpec, ofPods)
  await served()
  await bed.pass(60_000)
  cloud.clearLog()
  for (const n of numbers(121, 240)) {
    pod(n)
    await bed.pass(50)
    drop(n - 120)
    await bed.pass(50)
  }
  await bed.pass(5_000)
  assert.deepEqual(targets(), sorted(numbers(121, 240).map((n) => targetOf(n))))
  assert.ok(calls('RegisterTargets') <= 14, `${calls('RegisterTargets')} calls register`)
  assert.ok(calls('DeregisterTargets') <= 14, `${calls('DeregisterTargets')} calls deregister`)
  const changes = cloud.log.map(({ action }) => action).filter((action) => /^(Der|R)egister/.test(action))
  assert.equal(changes[0], 'RegisterTargets')
  await bed.stop()
})

test('a Service whose pods cannot be listed keeps its targets, and says what it waits for', async () => {
  let refused = false
  const { bed, pod, drop, targets, served } = podBed({
    kube: (api) => ({
      ...api,
      list: (resource, options, signal) =>
        refused && resource.plural === 'endpointslices'
          ? Promise.reject(new KubeError(403, 'Forbidden', 'endpointslices is forbidden'))
          : api.list(resource, options, signal),
    }),
  })
  pod(1)
  pod(2)
  bed.start()
  bed.apply('web', podSpec, ofPods)
  await served()
  await bed.stop()

  refused = true
  drop(1)
  bed.start()
  bed.apply('other', podSpec, {})
  await bed.until('the other one is served', () => bed.condition('other')?.status === 'True')
  await bed.pass(120_000)
  assert.deepEqual(
    targets().filter((at) => at.startsWith('10.')),
    sorted([targetOf(1), targetOf(2)]),
  )
  assert.match(bed.condition('web')?.message ?? '', /the pods of web are not known yet/)

  refused = false
  await served()
  assert.deepEqual(
    targets().filter((at) => at.startsWith('10.')),
    [targetOf(2)],
  )
  await bed.stop()
})

test('while the input is bad, pods still come and go', async () => {
  const { bed, pod, drop, targets, served } = podBed()
  pod(1)
  bed.start()
  bed.apply('web', podSpec, ofPods)
  await served()
  await bed.pass(60_000)
  // The port has another name too, which is the one that slices have from now on.
  bed.edit('web', {
    metadata: {
      annotations: { 'service.beta.kubernetes.io/aws-load-balancer-healthcheck-interval': '7000' },
    },
    spec: { ports: [{ name: 'renamed', port: 80, targetPort: 8080, protocol: 'TCP' }] },
  })
  await bed.until('told', () => bed.condition('web')?.reason === 'LB_ANNOTATION_INTEGER')
  assert.deepEqual(targets(), [targetOf(1)])
  pod(2)
  drop(1)
  await bed.pass(2_000)
  assert.deepEqual(targets(), [targetOf(2)])

  // Nobody remembers any more what was asked for: what is there follows the pods all the same.
  await bed.stop()
  bed.edit('web', { metadata: { annotations: { [acceptedAnnotation]: null } } })
  pod(3)
  bed.start()
  await bed.pass(60_000)
  assert.deepEqual(targets(), sorted([targetOf(2), targetOf(3)]))
  drop(2)
  await bed.pass(2_000)
  assert.deepEqual(targets(), [targetOf(3)])
  await bed.stop()
})

test('a renamed port takes no target away', async () => {
  const { bed, pod, served, cloud } = podBed()
  pod(1)
  bed.start()
  bed.apply('web', podSpec, ofPods)
  await served()
  await bed.pass(60_000)
  cloud.clearLog()
  bed.edit('web', { spec: { ports: [{ name: 'renamed', port: 80, targetPort: 8080, protocol: 'TCP' }] } })
  await bed.pass(60_000)
  assert.equal(bed.condition('web')?.status, 'True')
  assert.deepEqual(
    cloud.log.filter((call) => call.mutating).map((call) => call.action),
    [],
  )
  await bed.stop()
})

test('a slice of another tool, with a port that the Service has not, keeps nobody from following pods', async () => {
  const { bed, pod, drop, targets, served } = podBed()
  pod(1)
  bed.start()
  bed.apply('web', podSpec, ofPods)
  await served()
  bed.cluster.create('endpointslices', {
    metadata: {
      name: 'web-metrics',
      namespace: 'shop',
      labels: { 'kubernetes.io/service-name': 'web' },
    },
    addressType: 'IPv4',
    ports: [{ name: 'metrics', port: 9100, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.0.10.77'] }],
  })
  pod(2)
  await bed.pass(5_000)
  drop(1)
  await bed.pass(60_000)
  assert.deepEqual(targets(), [targetOf(2)])
  assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
  await bed.stop()
})

test('pods that give one name to two ports are both let in, each on its own', async () => {
  const { bed, pod, targets, served, cloud } = podBed()
  pod(1, { ports: { web: 8080 } })
  pod(2, { ports: { web: 9090 } })
  bed.start()
  const ports = [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }]
  bed.apply('web', { ...podSpec, ports }, ofPods)
  await served()
  assert.deepEqual(targets(), sorted([targetOf(1, 8080), targetOf(2, 9090)]))
  const rules = cloud.world.rules.list().filter(({ description }) => description?.includes('nlb/client'))
  assert.deepEqual(
    [...new Set(rules.map(({ from }) => from))].toSorted((a, b) => a - b),
    [8080, 9090],
  )
  await bed.stop()
})

test('slices that somebody wrote by hand are followed like any others', async () => {
  const { bed, targets, served } = podBed()
  bed.start()
  const { ports } = podSpec
  bed.apply('web', { ports }, ofPods)
  const slice = (name: string, addressType: string, addresses: readonly string[]) =>
    bed.cluster.create('endpointslices', {
      metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType,
      endpoints: addresses.map((address) => ({ addresses: [address] })),
      ports: [{ name: 'http', port: 8080 }],
    })
  slice('a', 'IPv4', ['10.0.10.4', '10.0.11.4'])
  slice('b', 'IPv4', ['10.0.11.4', '10.0.12.4'])
  slice('c', 'IPv6', ['2600:1f18:a1:a::4'])
  slice('d', 'FQDN', ['db.example.com'])
  await served()
  assert.deepEqual(targets(), ['10.0.10.4:8080', '10.0.11.4:8080', '10.0.12.4:8080'])
  await bed.stop()
})

test('pods beside the VPC are told to AWS as such, and those that it refuses are left out', async () => {
  const { bed, pod, targets, served, cloud } = podBed()
  pod(1)
  pod(2, { ips: ['192.168.1.5'] })
  pod(3, { ips: ['203.0.113.5'] })
  bed.start()
  bed.apply('web', podSpec, ofPods)
  await served()
  assert.deepEqual(targets(), sorted([targetOf(1), '192.168.1.5:8080']))
  const zones = [...cloud.world.targets.values()].flatMap((group) =>
    [...group.values()].map(({ zone }) => zone),
  )
  assert.deepEqual(new Set(zones), new Set(['all', undefined]))
  assert.match(bed.condition('web')?.message ?? '', /LB_AWS_POD_ADDRESS .* 203\.0\.113\.5/)
  cloud.clearLog()
  // All is read again in that time, and nothing differs.
  await bed.pass(2 * 3_600_000)
  assert.equal(cloud.log.filter((call) => call.mutating).length, 0)
  await bed.stop()
})
