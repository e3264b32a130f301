import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whyUnreached } from '../../../localstack/aws/reaches.ts'
import { podBed } from './pod-bed.ts'
import { certificate } from './stories.ts'

const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'
type Asked = Readonly<Record<string, string | null>>

const nlb: Asked = {}
const external: Asked = { type: 'external' }
const classic: Asked = { type: 'classic' }
const grouped: Asked = { ...external, 'lb-controller.io/group': 'edge' }
const web: Asked = { 'backend-protocol': 'http' }
const guarded: Asked = { 'security-groups': 'sg-0default' }
const internal: Asked = { ...external, scheme: 'internal' }
/** The zone goes from DNS and comes back; the other one serves. */
const leave: Asked = { 'lb-controller.io/allow-outage': 'true' }
const pods: Asked = { ...external, 'nlb-target-type': 'ip' }
const tls: Asked = { 'ssl-cert': certificate }

type Made = ReturnType<typeof podBed>

/** What an edit takes away is null in a patch. */
function edit({ bed }: Made, from: Asked, to: Asked, spec: object = {}): void {
  const all = { ...Object.fromEntries(Object.keys(from).map((key) => [key, null])), ...to }
  bed.edit('web', { metadata: { annotations: keyed(all) }, spec })
}

const keyed = <T>(asked: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(asked).map(([key, value]) => [key.includes('/') ? key : `${prefix}${key}`, value]),
  )

/** In every range that rows leave open. */
const client = '10.9.8.7'

interface Row {
  readonly name: string
  readonly from?: Asked
  readonly act: (made: Made, from: Asked) => void
  /** Whether the address changes. */
  readonly moves?: true
}

const moveTo =
  (to: Asked) =>
  (made: Made, from: Asked): void =>
    edit(made, from, to)

const kinds = { nlb, external, classic, guarded, web }

/** Both are in groups, which change in place. */
const inPlace = (...names: readonly string[]): boolean =>
  names.every((name) => name === 'external' || name === 'guarded')

const typeMoves = Object.entries(kinds).flatMap(([name, from]) =>
  Object.entries(kinds)
    .filter(([other]) => other !== name)
    .map(([other, to]): Row => ({
      name: `${name} becomes ${other}`,
      from,
      act: moveTo(to),
      ...(inPlace(name, other) ? {} : { moves: true }),
    })),
)

const rows: readonly Row[] = [
  ...Object.entries(kinds).map(([name, from]): Row => {
    const to = { ...from, scheme: 'internal' }
    return { name: `${name}: another scheme`, from, act: moveTo(to), moves: true }
  }),
  ...typeMoves,
  {
    name: 'another scheme, with narrower ranges',
    act: (made, from) =>
      edit(made, from, { scheme: 'internal' }, { loadBalancerSourceRanges: ['10.0.0.0/8'] }),
    moves: true,
  },
  {
    name: 'narrower ranges',
    act: (made, from) => edit(made, from, {}, { loadBalancerSourceRanges: ['10.0.0.0/8'] }),
  },
  {
    name: 'narrower ranges of its own group',
    from: external,
    act: (made, from) => edit(made, from, from, { loadBalancerSourceRanges: ['10.0.0.0/8'] }),
  },
  {
    name: 'a zone less',
    act: (made, from) => edit(made, from, { subnets: 'subnet-0pub0b, subnet-0pub0c' }),
  },
  {
    name: 'another subnet of one of two zones, with leave',
    from: { ...internal, subnets: 'subnet-0priv0b, subnet-0priv0c' },
    act: moveTo({ ...internal, ...leave, subnets: 'subnet-0pub0b, subnet-0priv0c' }),
  },
  { name: 'both families', from: external, act: moveTo({ ...external, 'ip-address-type': 'dualstack' }) },
  { name: 'joins a group', from: external, act: moveTo(grouped), moves: true },
  { name: 'leaves a group', from: grouped, act: moveTo(external), moves: true },
  {
    name: 'goes to another group',
    from: grouped,
    act: moveTo({ ...external, 'lb-controller.io/group': 'inner' }),
    moves: true,
  },
  { name: 'nodes to pods', from: external, act: moveTo(pods) },
  { name: 'pods to nodes', from: pods, act: moveTo(external) },
  {
    name: 'nodes to pods, in a group',
    from: grouped,
    act: moveTo({ ...grouped, 'nlb-target-type': 'ip' }),
  },
  { name: 'nodes to pods, by a certificate', from: tls, act: moveTo({ ...tls, 'nlb-target-type': 'ip' }) },
  { name: 'ends TLS at the targets', from: tls, act: moveTo({ ...tls, 'backend-protocol': 'ssl' }) },
  { name: 'web: nodes to pods', from: web, act: moveTo({ ...web, 'nlb-target-type': 'ip' }) },
  {
    name: 'web: ends TLS at the targets',
    from: { ...web, ...tls },
    act: moveTo({ ...tls, 'backend-protocol': 'https' }),
  },
  {
    name: 'every node replaced',
    act({ bed, joined }) {
      for (const n of [11, 12]) {
        joined(n)
        bed.addNode(n)
      }
      bed.clock.after(25_000, () => {
        for (const n of [1, 2]) bed.cluster.delete('nodes', { name: `node-${n}` })
      })
    },
  },
]

const graceMs = 120_000

/** 100 new connections in each second, each to the address that the status has at that moment. */
async function underTraffic(row: Row, kill: boolean): Promise<void> {
  const { from = {} } = row
  const made = podBed({ settings: { graceMs } })
  for (const n of [1, 2]) made.pod(n)
  const { bed, cloud } = made
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
  ]
  cloud.byHand('ec2', 'AuthorizeSecurityGroupIngress', { GroupId: 'sg-0default', IpPermissions })
  bed.start()
  bed.apply('web', { selector: { app: 'web' } }, keyed(from) as Record<string, string>)
  await bed.until('it serves', () => bed.condition('web')?.status === 'True')
  await bed.pass(30_000)
  const first = bed.address('web')
  Object.assign(cloud.switches, { healthyMs: 15_000, provisioningMs: 5_000 })
  const failed: string[] = []
  const connect = (): void => {
    const why = whyUnreached(cloud.world, bed.address('web') ?? '', 80, client)
    if (why !== undefined) failed.push(`${bed.clock.now()} ${why}`)
  }
  connect()
  row.act(made, from)
  for (let step = 0; step < 4_500; step++) {
    await bed.pass(10)
    connect()
    if (kill && step % 700 === 699) {
      bed.kill()
      bed.start()
    }
  }
  for (let second = 0; second < 200; second++) {
    await bed.pass(1_000)
    connect()
  }
  assert.deepEqual([...new Set(failed)].slice(0, 3), [])
  assert.equal(bed.address('web') !== first, row.moves === true, 'the address')
  await bed.until('it ends', () => bed.condition('web')?.message.startsWith('everything') === true)
  assert.equal(
    cloud.world.loadBalancers.list().length + cloud.world.classicLoadBalancers.list().length,
    1,
    'one load balancer is left',
  )
  await bed.stop()
}

/** One of each sort: the controller dies in every phase. */
const dies = new Set([
  'nlb: another scheme',
  'nlb becomes external',
  'external becomes classic',
  'classic becomes web',
  'web becomes nlb',
  'another scheme, with narrower ranges',
  'joins a group',
  'leaves a group',
  'nodes to pods',
])

/** A change is checked by one of each sort; test/long drives all. */
const every = process.env['LB_CONTROLLER_EVERY_CUT'] !== undefined
const alsoKilled = ['nlb becomes external', 'leaves a group', 'nodes to pods']

for (const row of rows) {
  if (!every && !dies.has(row.name)) continue
  test(`aws: 0 of 100 connections a second fail: ${row.name}`, () => underTraffic(row, false))
  if (every ? dies.has(row.name) : alsoKilled.includes(row.name))
    test(`aws: 0 fail though the controller dies every 7 seconds: ${row.name}`, () => underTraffic(row, true))
}
