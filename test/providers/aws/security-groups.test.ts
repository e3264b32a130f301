import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cloud } from '../../../localstack/aws/cloud.ts'
import { seeded } from '../../../localstack/aws/state/seed.ts'
import type { AwsConfig } from '../../../providers/aws/config.ts'
import type { BedOptions } from '../../support/bed.ts'
import { awsBed } from './subject.ts'

type Made = ReturnType<typeof awsBed>

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const external = { [key('type')]: 'external' }

const port = (nodePort: number) => ({
  ports: [{ name: 'http', port: 80, protocol: 'TCP' as const, nodePort }],
})

interface Rule {
  readonly protocol: string
  readonly from: number
  readonly to: number
  readonly peer: { readonly cidr?: string; readonly groupId?: string; readonly prefixListId?: string }
  readonly description?: string
}

interface Dump {
  readonly securityGroups: Readonly<Record<string, { readonly ingress: Readonly<Record<string, Rule>> }>>
  readonly loadBalancers: Readonly<
    Record<string, { readonly securityGroups: readonly string[]; readonly enforceOnPrivateLink?: string }>
  >
}

const dumpOf = (cloud: Cloud): Dump => cloud.dump() as unknown as Dump

/** `tcp 30080-30080 sg:...`, of the group whose name ends so. */
function rulesOf(cloud: Cloud, ending: string): readonly string[] {
  const [, group] = Object.entries(dumpOf(cloud).securityGroups).find(([name]) => name.endsWith(ending)) ?? []
  return Object.keys(group?.ingress ?? {}).map((rule) => rule.replace(/sg:k8s-traffic\S*/, 'shared'))
}

const ofNodes = (cloud: Cloud): readonly string[] => rulesOf(cloud, '/demo-nodes')
const ofClients = (cloud: Cloud): readonly string[] => rulesOf(cloud, '-clients')

const groupsOf = (cloud: Cloud): readonly string[] =>
  Object.values(dumpOf(cloud).loadBalancers).flatMap(({ securityGroups }) =>
    securityGroups.map((one) =>
      one
        .replace(/^sg:/, '')
        .replace(/^k8s-.*-clients$/, 'own')
        .replace(/^k8s-traffic.*/, 'shared'),
    ),
  )

async function rest({ bed }: Made): Promise<void> {
  await bed.calm()
  await bed.pass(60_000)
  await bed.calm()
}

function writesOf({ cloud }: Made): readonly string[] {
  const writes = cloud.log
    .filter((call) => call.mutating)
    .map(({ action, outcome }) => `${action}${outcome === 'ok' ? '' : ` ${outcome}`}`)
  cloud.clearLog()
  return writes
}

/** A controller at rest, with these Services. */
async function started(
  services: Readonly<Record<string, number>> = {},
  config: Partial<AwsConfig> = {},
  options: Partial<BedOptions> = {},
): Promise<Made> {
  const made = awsBed(options, {}, config)
  made.bed.start()
  for (const [name, nodePort] of Object.entries(services)) {
    made.bed.apply(name, port(nodePort), external)
    await rest(made)
  }
  await rest(made)
  made.cloud.clearLog()
  return made
}

test('aws: what a Service with security groups costs, call by call', async (t) => {
  const made = await started()
  const { bed, cloud, joined } = made
  const costs: Record<string, readonly string[]> = {}
  const turn = async (name: string, act: () => void): Promise<void> => {
    cloud.clearLog()
    act()
    await rest(made)
    costs[name] = writesOf(made)
    t.diagnostic(`${name}: ${costs[name].length} ${costs[name].join(' ')}`)
  }
  await turn('first', () => void bed.apply('web', port(30_080), external))
  await turn('next', () => void bed.apply('api', port(31_080), external))
  await turn('one whose port is in the range', () => void bed.apply('mid', port(30_500), external))
  await turn('nothing', () => void bed.edit('web', { metadata: { labels: { a: 'b' } } }))
  await turn('a node joins', () => {
    joined(3)
    bed.addNode(3)
  })
  await turn('delete within the range', () => bed.delete('mid'))
  await turn('delete of the highest port', () => bed.delete('api'))
  await turn('delete of the last', () => bed.delete('web'))
  assert.deepEqual(Object.fromEntries(Object.entries(costs).map(([name, calls]) => [name, calls.length])), {
    first: 8,
    next: 7,
    'one whose port is in the range': 6,
    nothing: 0,
    'a node joins': 3,
    'delete within the range': 3,
    'delete of the highest port': 5,
    'delete of the last': 5,
  })
  assert.ok(
    Object.values(costs).every((calls) => calls.every((call) => !call.includes(' '))),
    'none is refused',
  )
  assert.deepEqual(Object.keys(dumpOf(cloud).securityGroups), ['vpc-0a1/default', 'vpc-0a1/demo-nodes'])
  assert.deepEqual(bed.warnings(), [])
  await bed.stop()
})

test('aws: the nodes let the shared group in by one rule, which grows in place and shrinks when all is settled', async () => {
  const made = await started({ web: 30_080, api: 31_080 })
  const { bed, cloud } = made
  assert.deepEqual(ofNodes(cloud), ['tcp 30080-31080 shared'])
  bed.edit('api', { spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: 30_900 }] } })
  const seen = new Set<string>()
  cloud.onCall = () => void seen.add(ofNodes(cloud).join(', '))
  await rest(made)
  cloud.onCall = undefined
  assert.deepEqual(ofNodes(cloud), ['tcp 30080-30900 shared'])
  for (const rules of seen) assert.match(rules, /30080-3(0900|1080)/)
  await bed.stop()
})

test('aws: while the listener still points at the old port, the shared rule goes on holding it', async () => {
  const made = await started({ web: 30_080, api: 31_080 })
  const { bed, cloud } = made
  cloud.deny('ModifyListener')
  bed.edit('api', { spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: 30_900 }] } })
  await bed.pass(120_000)
  assert.ok(ofNodes(cloud).includes('tcp 30080-31080 shared'), ofNodes(cloud).join(', '))
  assert.equal(bed.condition('web')?.status, 'True', 'nobody else hears of it')
  cloud.allow('ModifyListener')
  await bed.pass(700_000)
  await rest(made)
  assert.deepEqual(ofNodes(cloud), ['tcp 30080-30900 shared'])
  await bed.stop()
})

const unjudged: readonly { readonly name: string; readonly happens: (bed: Made['bed']) => void }[] = [
  {
    name: 'cannot be read, and what was accepted is lost',
    happens: (bed) =>
      void bed.edit('api', {
        metadata: {
          annotations: { 'lb-controller.io/accepted': 'x', [key('healthcheck-interval')]: '7000' },
        },
      }),
  },
  {
    name: 'vanished while nobody looked',
    happens(bed) {
      bed.edit('api', { metadata: { finalizers: null } })
      bed.delete('api')
    },
  },
]

for (const { name, happens } of unjudged)
  test(`aws: a shared rule stays as wide while one that is in the group ${name}`, async () => {
    const made = await started({ web: 30_080, api: 32_080 })
    const { bed, cloud } = made
    await bed.stop()
    happens(bed)
    bed.start()
    await rest(made)
    bed.edit('web', { spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: 30_081 }] } })
    await bed.pass(700_000)
    assert.deepEqual(ofNodes(cloud), ['tcp 30080-32080 shared'])
    assert.equal(bed.condition('web')?.status, 'True')
    await bed.stop()
  })

test('aws: a load balancer is not put into the shared group before the nodes let that in', async () => {
  const made = await started()
  const { bed, cloud } = made
  const groups = { [key('security-groups')]: seeded.defaultGroup }
  bed.apply('web', port(30_080), { ...external, ...groups })
  await rest(made)
  cloud.deny('AuthorizeSecurityGroupIngress')
  const managed = { metadata: { annotations: { [key('manage-backend-security-group-rules')]: 'true' } } }
  bed.edit('web', managed)
  await rest(made)
  assert.deepEqual(groupsOf(cloud), ['default'])
  assert.equal(bed.condition('web')?.reason, 'LB_CLOUD_DENIED')
  cloud.allow('AuthorizeSecurityGroupIngress')
  await bed.pass(700_000)
  assert.deepEqual(groupsOf(cloud), ['default', 'shared'])
  await bed.stop()
})

test('aws: a group waits for the interfaces of its load balancer, and the condition names them', async () => {
  const made = await started({ web: 30_080 })
  const { bed, cloud } = made
  cloud.switches.eniLingerMs = 240_000
  bed.delete('web')
  await bed.pass(60_000)
  const { reason, message = '' } = bed.condition('web') ?? {}
  assert.equal(reason, 'Deleting')
  assert.match(
    message,
    /eni-\w+, eni-\w+, eni-\w+ of the deleted load balancer k8s-shop-web-\w+ still refer to/,
  )
  assert.deepEqual(ofNodes(cloud), [], 'the rules of the nodes are gone meanwhile')
  await bed.pass(400_000)
  assert.equal(bed.service('web'), undefined)
  assert.deepEqual(Object.keys(dumpOf(cloud).securityGroups), ['vpc-0a1/default', 'vpc-0a1/demo-nodes'])
  assert.ok(
    writesOf(made).every((call) => !call.includes(' ')),
    'AWS is not asked while it would refuse',
  )
  assert.deepEqual(bed.warnings(), [])
  await bed.stop()
})

test('aws: a group that a rule of somebody else names waits for that rule, and says where it is', async () => {
  const made = await started({ web: 30_080 })
  const { bed, cloud } = made
  const own = cloud.world.securityGroups.list().find(({ name }) => name.endsWith('-clients'))?.id ?? ''
  const rule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, UserIdGroupPairs: [{ GroupId: own }] }
  cloud.byHand('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId: seeded.defaultGroup,
    IpPermissions: [rule],
  })
  bed.delete('web')
  await bed.pass(60_000)
  assert.match(bed.condition('web')?.message ?? '', /rules in sg-0default still refer to security group/)
  cloud.byHand('ec2', 'RevokeSecurityGroupIngress', { GroupId: seeded.defaultGroup, IpPermissions: [rule] })
  await bed.pass(60_000)
  assert.equal(bed.service('web'), undefined)
  assert.deepEqual(bed.warnings(), [])
  await bed.stop()
})

interface Edit {
  readonly name: string
  readonly annotations: Readonly<Record<string, string | null>>
  readonly spec?: object
  readonly groups: readonly string[]
  readonly clients: readonly string[]
  readonly nodes: readonly string[]
}

const open = ['tcp 80-80 0.0.0.0/0']
const range = ['tcp 30080-30080 shared']

/** Edits of one Service, one after the other. */
const edits: readonly Edit[] = [
  {
    name: 'narrower ranges',
    annotations: {},
    spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] },
    groups: ['own', 'shared'],
    clients: ['tcp 80-80 10.0.0.0/8'],
    nodes: range,
  },
  {
    name: 'a prefix list instead',
    annotations: { [key('security-group-prefix-lists')]: seeded.prefixList },
    spec: { loadBalancerSourceRanges: null },
    groups: ['own', 'shared'],
    clients: [`tcp 80-80 ${seeded.prefixList}`],
    nodes: range,
  },
  {
    name: 'no prefix list, and path MTU discovery',
    annotations: {
      [key('security-group-prefix-lists')]: null,
      [key('enable-icmp-for-path-mtu-discovery')]: 'on',
    },
    groups: ['own', 'shared'],
    clients: ['icmp 3-4 0.0.0.0/0', ...open],
    nodes: range,
  },
  {
    name: 'a group more, by its Name tag',
    annotations: {
      [key('enable-icmp-for-path-mtu-discovery')]: null,
      [key('extra-security-groups')]: 'demo-nodes',
    },
    groups: ['demo-nodes', 'own', 'shared'],
    clients: open,
    nodes: range,
  },
  {
    name: 'given groups, whose rules nobody manages',
    annotations: { [key('extra-security-groups')]: null, [key('security-groups')]: seeded.defaultGroup },
    groups: ['default'],
    clients: [],
    nodes: [],
  },
  {
    name: 'given groups, with the shared one',
    annotations: { [key('manage-backend-security-group-rules')]: 'true' },
    groups: ['default', 'shared'],
    clients: [],
    nodes: range,
  },
  {
    name: 'its own again',
    annotations: { [key('security-groups')]: null, [key('manage-backend-security-group-rules')]: null },
    groups: ['own', 'shared'],
    clients: open,
    nodes: range,
  },
]

test('aws: who is let in follows every edit, and no step of the way cuts anybody off', async (t) => {
  const made = await started({ web: 30_080 })
  const { bed, cloud } = made
  for (const { name, annotations, spec = {}, groups, clients, nodes } of edits)
    await t.test(name, async () => {
      const cut = new Set<string>()
      cloud.onCall = () => {
        // With its shared group it has the nodes' rule too, and with its own group clients, whatever stands in between.
        const [groups, rules] = [groupsOf(cloud), ofNodes(cloud)]
        if (groups.includes('shared') && rules.join() !== range.join()) cut.add(`nodes: ${rules.join()}`)
        if (groups.includes('own') && ofClients(cloud).length === 0) cut.add('clients')
      }
      bed.edit('web', { metadata: { annotations }, spec })
      await rest(made)
      cloud.onCall = undefined
      assert.deepEqual(groupsOf(cloud), groups)
      assert.deepEqual(ofClients(cloud), clients)
      assert.deepEqual(ofNodes(cloud), nodes)
      assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
      assert.deepEqual([...cut], [])
    })
  await bed.stop()
})

test('aws: whether private link is guarded is set after the load balancer is made, and set back', async () => {
  const made = await started()
  const { bed, cloud } = made
  bed.apply('web', port(30_080), { ...external, [key('inbound-sg-rules-on-private-link-traffic')]: 'off' })
  await rest(made)
  const switches = () => Object.values(dumpOf(cloud).loadBalancers).map((one) => one.enforceOnPrivateLink)
  assert.deepEqual(switches(), ['off'])
  bed.edit('web', { metadata: { annotations: { [key('inbound-sg-rules-on-private-link-traffic')]: null } } })
  await rest(made)
  assert.deepEqual(switches(), ['on'])
  await bed.stop()
})

const layouts: readonly {
  readonly name: string
  readonly config?: Partial<AwsConfig>
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: object
  readonly settings?: { readonly loadBalancerClass: string }
  readonly groups: readonly string[]
  readonly nodes: readonly string[]
}[] = [
  {
    name: 'nlb-ip is of the same kind',
    annotations: { [key('type')]: 'external' },
    groups: ['own', 'shared'],
    nodes: range,
  },
  {
    name: 'our class asks for it',
    annotations: {},
    spec: { loadBalancerClass: 'example.com/ours' },
    settings: { loadBalancerClass: 'example.com/ours' },
    groups: ['own', 'shared'],
    nodes: range,
  },
  {
    name: 'a type outranks our class',
    annotations: { [key('type')]: 'nlb' },
    spec: { loadBalancerClass: 'example.com/ours' },
    settings: { loadBalancerClass: 'example.com/ours' },
    groups: [],
    nodes: ['icmp 3-4 0.0.0.0/0', 'tcp 30080-30080 0.0.0.0/0'],
  },
  {
    name: 'a shared group that is configured',
    config: { backendSecurityGroup: seeded.defaultGroup },
    groups: ['default', 'own'],
    nodes: ['tcp 30080-30080 sg:default'],
  },
  {
    name: 'all ports',
    config: { openBackendRules: true },
    groups: ['own', 'shared'],
    nodes: ['tcp 0-65535 shared'],
  },
  {
    name: 'no shared group',
    config: { backendGroup: 'none' },
    groups: ['own'],
    nodes: ['tcp 30080-30080 own'],
  },
  {
    name: 'no group at all',
    annotations: { ...external, [key('disable-nlb-sg')]: 'true' },
    groups: [],
    nodes: ['tcp 30080-30080 0.0.0.0/0'],
  },
]

for (const { name, config, annotations = external, spec, settings, groups, nodes } of layouts)
  test(`aws: ${name}`, async () => {
    const made = await started({}, config, settings === undefined ? {} : { settings })
    const { bed, cloud } = made
    const empty = cloud.dump()
    bed.apply('web', { ...port(30_080), ...spec }, annotations)
    await rest(made)
    assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
    assert.deepEqual(groupsOf(cloud), groups)
    assert.deepEqual(
      ofNodes(cloud).map((rule) => rule.replace(/sg:k8s-.*-clients/, 'own')),
      nodes,
    )
    bed.delete('web')
    await rest(made)
    assert.deepEqual(cloud.dump(), empty, 'nothing is left over')
    await bed.stop()
  })

test('aws: a group that does not exist is told before anything is made, and found when it is', async () => {
  const made = await started()
  const { bed, cloud } = made
  bed.apply('web', port(30_080), { ...external, [key('security-groups')]: 'edge' })
  await rest(made)
  assert.equal(bed.condition('web')?.reason, 'LB_SECURITY_GROUP')
  assert.match(bed.condition('web')?.message ?? '', /there are .*sg-0node/)
  assert.deepEqual(writesOf(made), [])
  bed.edit('web', { metadata: { annotations: { [key('security-groups')]: seeded.nodeGroup } } })
  await rest(made)
  assert.deepEqual(groupsOf(cloud), ['demo-nodes'])
  await bed.stop()
})

test('aws: a group that was made before a crash is found when lists are late', async () => {
  for (const call of [1, 2]) {
    const made = await started()
    const { bed, cloud, onBreak } = made
    cloud.switches.listLag = 5_000
    let died = false
    onBreak(() => {
      died = true
      bed.kill()
    })
    cloud.cutAt({ call, effect: 'after' })
    bed.apply('web', port(30_080), external)
    await bed.until('the controller dies', () => died)
    cloud.cutAt(undefined)
    bed.start()
    await bed.pass(60_000)
    assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
    assert.deepEqual(bed.warnings(), [])
    await bed.stop()
  }
})

test('aws: when the group of the nodes is full the newest Service waits, says so, and gets the next place', async () => {
  const made = awsBed({}, { limits: { rulesPerSecurityGroup: 3 } })
  const { bed, cloud } = made
  bed.start()
  // One rule for each, and one for all.
  for (const [at, name] of ['a', 'b', 'c'].entries()) {
    bed.apply(name, port(30_080 + at))
    await rest(made)
  }
  const states = () => ['a', 'b', 'c'].map((name) => bed.condition(name)?.reason)
  assert.deepEqual(states(), ['Synced', 'Synced', 'LB_CLOUD_QUOTA'])
  assert.match(bed.condition('c')?.message ?? '', /RulesPerSecurityGroupLimitExceeded/)
  assert.equal(bed.address('c'), undefined, 'nobody is told of an address that lets nobody in')
  bed.delete('b')
  await rest(made)
  await bed.pass(60_000)
  assert.equal(bed.condition('c')?.status, 'True', bed.condition('c')?.message)
  assert.deepEqual(states(), ['Synced', undefined, 'Synced'])
  assert.equal(ofNodes(cloud).length, 3)
  await bed.stop()
})
