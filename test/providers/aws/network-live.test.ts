/** Settings of a network load balancer that need several calls, or must not be carried out at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keysBed, servicePorts } from './keys-world.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const certificate = (id: string): string =>
  `arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-00000000000${id}`

type Made = ReturnType<typeof keysBed>

async function ready({ bed }: Made): Promise<void> {
  await bed.until('ready', () => bed.condition('web')?.status === 'True')
  await bed.calm()
}

async function started(annotations: Record<string, string>, tune: (made: Made) => void = () => {}) {
  const made = keysBed()
  tune(made)
  made.bed.start()
  made.bed.apply('web', { ports: servicePorts }, annotations)
  return made
}

const writes = ({ cloud }: Made): readonly string[] =>
  cloud.log.flatMap(({ mutating, action, outcome }) =>
    mutating ? [outcome === 'ok' ? action : `${action} ${outcome}`] : [],
  )

const count = (made: Made, what: string): number => writes(made).filter((one) => one === what).length

test('a plain one takes five calls, one with attributes seven', async () => {
  const plain = await started({})
  await ready(plain)
  assert.equal(writes(plain).length, 5)
  const more = await started({
    [key('cross-zone-load-balancing-enabled')]: 'true',
    [key('target-group-attributes')]: 'deregistration_delay.timeout_seconds=30',
  })
  await ready(more)
  assert.equal(writes(more).length, 7)
})

test('a listener that AWS does not find yet is waited for, not made again', async () => {
  const certificates = [certificate('1'), certificate('2'), certificate('3')].join(',')
  const made = await started({ [key('ssl-cert')]: certificates }, ({ cloud }) => {
    cloud.switches.newListenerMs = 4_000
  })
  await ready(made)
  assert.equal(count(made, 'CreateListener'), 1)
  assert.ok(made.cloud.log.some(({ outcome }) => outcome === 'ListenerNotFound'))
  assert.equal(count(made, 'AddListenerCertificates'), 2)
  const [listener] = made.cloud.world.listeners.list()
  assert.deepEqual(listener?.certificates, ['1', '2', '3'].map(certificate))
})

const leave = 'lb-controller.io/allow-outage'
const addresses = ({ cloud }: Made) =>
  cloud.world.loadBalancers
    .list()
    .flatMap(({ zones }) => zones.map(({ name, allocationId }) => `${name} ${allocationId}`))
    .toSorted()

test('another address in a zone that stays waits for leave, and then one zone after another leaves and comes in', async () => {
  const made = await started({ [key('eip-allocations')]: 'eipalloc-0a, eipalloc-0b' })
  await ready(made)
  made.cloud.clearLog()
  const annotate = (annotations: Record<string, string | null>) =>
    made.bed.edit('web', { metadata: { annotations } })
  annotate({
    [key('eip-allocations')]: 'eipalloc-0b, eipalloc-0a',
    [key('cross-zone-load-balancing-enabled')]: 'true',
  })
  await made.bed.pass(1_500_000)
  // Everything else goes on.
  assert.deepEqual(writes(made), ['ModifyLoadBalancerAttributes'])
  const told = made.bed.condition('web')
  assert.equal(told?.reason, 'LB_OUTAGE_NOT_ALLOWED')
  assert.match(told?.message ?? '', /us-east-1a, us-east-1b leaves and comes in again.*allow-outage/)
  assert.equal(made.bed.warnings().length, 1)
  assert.notEqual(made.bed.address('web'), undefined)

  made.bed.kill()
  made.bed.start()
  await made.bed.pass(60_000)
  assert.deepEqual(addresses(made), ['us-east-1a eipalloc-0a', 'us-east-1b eipalloc-0b'])

  made.cloud.clearLog()
  annotate({ [leave]: 'true' })
  await made.bed.pass(5_000)
  await ready(made)
  assert.deepEqual(addresses(made), ['us-east-1a eipalloc-0b', 'us-east-1b eipalloc-0a'])
  assert.deepEqual([...new Set(writes(made))], ['SetSubnets'])

  annotate({ [leave]: null, [key('eip-allocations')]: 'eipalloc-0b, eipalloc-0c' })
  await made.bed.pass(60_000)
  assert.equal(made.bed.condition('web')?.reason, 'LB_OUTAGE_NOT_ALLOWED')
  annotate({ [key('eip-allocations')]: 'eipalloc-0b, eipalloc-0a' })
  await ready(made)
})

test('the only zone of a load balancer is told to stay as it is, with leave or without', async () => {
  const one = { [key('subnets')]: 'subnet-0publica', [key('eip-allocations')]: 'eipalloc-0a' }
  const made = await started({ ...one, [leave]: 'true' })
  await ready(made)
  made.cloud.clearLog()
  made.bed.edit('web', { metadata: { annotations: { [key('eip-allocations')]: 'eipalloc-0b' } } })
  await made.bed.pass(60_000)
  assert.equal(made.bed.condition('web')?.reason, 'LB_AWS_ONLY_ZONE')
  assert.deepEqual(writes(made), [])
  // A second zone stands in for it.
  made.bed.edit('web', {
    metadata: {
      annotations: {
        [key('subnets')]: 'subnet-0publica, subnet-0publicb',
        [key('eip-allocations')]: 'eipalloc-0b, eipalloc-0a',
      },
    },
  })
  await ready(made)
  assert.deepEqual(addresses(made), ['us-east-1a eipalloc-0b', 'us-east-1b eipalloc-0a'])
})

test('an elastic address that serves somebody else is told, and taken once it is free', async () => {
  const made = await started({ [key('eip-allocations')]: 'eipalloc-0a, eipalloc-0c' }, ({ cloud }) => {
    cloud.byHand('elbv2', 'CreateLoadBalancer', {
      Name: 'other',
      Type: 'network',
      SubnetMappings: [{ SubnetId: 'subnet-0publica', AllocationId: 'eipalloc-0c' }],
    })
  })
  await made.bed.pass(10_000)
  const told = made.bed.condition('web')
  assert.equal(told?.reason, 'LB_CLOUD_TAKEN')
  assert.match(told?.message ?? '', /eipalloc-0c/)
  const other = made.cloud.world.loadBalancers.list().find(({ name }) => name === 'other')
  made.cloud.byHand('elbv2', 'DeleteLoadBalancer', { LoadBalancerArn: other?.arn })
  await ready(made)
})
