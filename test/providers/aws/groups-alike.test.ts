/**
 * What decides of several Services decides alike in a plan of files and in a controller that runs: the same Services
 * planned for an empty cloud, and carried out on one, come to the same objects.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromService } from '../../../src/model/from-service.ts'
import { targetNodes } from '../../../src/model/nodes.ts'
import type { ServiceSpec } from '../../../src/model/objects.ts'
import { withoutLost, type Claimed } from '../../../src/plan/lost-ports.ts'
import { planOffline } from '../../../src/plan/offline.ts'
import { createProvider } from '../../../providers/aws/index.ts'
import type { Bed } from '../../support/bed.ts'
import { inProcess } from './in-process.ts'
import { awsBed } from './subject.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const edge = { 'lb-controller.io/group': 'edge' }
const external = { [key('type')]: 'external' }
const port = (n: number, nodePort = 30_000 + n) =>
  ({ name: `p${n}`, port: n, protocol: 'TCP', nodePort }) as const

type Asked = Readonly<Record<string, readonly [ServiceSpec, Readonly<Record<string, string>>]>>

/** By the rule of planning that decides, the Services that need it. */
const rows: Readonly<Record<string, Asked>> = {
  'parts and owners are united': {
    a: [{ ports: [port(80)], loadBalancerSourceRanges: ['10.0.0.0/8'] }, edge],
    b: [{ ports: [port(81)] }, { ...edge, [key('cross-zone-load-balancing-enabled')]: 'true' }],
  },
  'of one port one has it (sole), and the other brings nothing for it (lost ports)': {
    a: [{ ports: [port(80)] }, edge],
    b: [{ ports: [port(80, 31_080), port(81)], loadBalancerSourceRanges: ['10.0.0.0/8'] }, edge],
    c: [{ ports: [port(81, 31_081)] }, edge],
  },
  'rules of clients in one group of theirs, by member': {
    a: [
      { ports: [port(80)], loadBalancerSourceRanges: ['10.0.0.0/8'] },
      { ...edge, ...external },
    ],
    b: [
      { ports: [port(80, 31_080), port(81)], loadBalancerSourceRanges: ['192.0.2.0/24'] },
      { ...edge, ...external },
    ],
  },
  'settings that differ': {
    a: [{ ports: [port(80)] }, { ...edge, [key('cross-zone-load-balancing-enabled')]: 'false' }],
    b: [{ ports: [port(81)] }, { ...edge, [key('cross-zone-load-balancing-enabled')]: 'true' }],
  },
  'room for so many (most)': Object.fromEntries(
    [0, 1, 2, 3, 4, 5].map((n) => [
      `s${n}`,
      [{ ports: Array.from({ length: 10 }, (_, at) => port(100 + n * 10 + at)) }, edge],
    ]),
  ),
  'schemes, and Services beside the group': {
    a: [{ ports: [port(80)] }, edge],
    b: [{ ports: [port(80, 31_080)] }, { ...edge, [key('scheme')]: 'internal' }],
    c: [{ ports: [port(80, 32_080)] }, {}],
  },
}

const shownAs = (stack: string, kind: string, id: string, parts: readonly string[]) =>
  `${kind} ${id} @${stack}: ${parts.toSorted().join(' ')}`

async function planned(bed: Bed, names: readonly string[], made: ReturnType<typeof awsBed>) {
  const { cloud } = made
  const deps = { api: inProcess(cloud), clock: bed.clock, clusterUid: bed.clusterUid }
  const provider = createProvider({ region: 'us-east-1' }, deps)
  const nodes = targetNodes(bed.cluster.list('nodes').items)
  const claims: Claimed[] = []
  for (const name of names) {
    const { name: of, annotations: table, can } = provider
    const service = bed.service(name)
    const { lb } = fromService(service ?? assert.fail(), { provider: of, table, can, origin: 'cluster' })
    if (lb === undefined) continue
    const found = await provider.lookup(provider.lookups(lb, nodes), new AbortController().signal)
    const context = {
      cluster: { uid: bed.clusterUid, name: 'demo' },
      nodes,
      facts: new Map(found.map((fact) => [fact.key, fact])),
      observed: [],
    }
    const contribution = (lost: ReadonlySet<number>) => {
      const ports = lb.ports.filter(({ index }) => !lost.has(index))
      if (ports.length === 0) return undefined
      const { resources } = provider.desired({ ...lb, ports }, context)
      return { owner: lb.owner, created: lb.created, resources }
    }
    claims.push({ contribution: contribution(new Set()) ?? assert.fail(), without: contribution })
  }
  return withoutLost(claims, (all) => planOffline(provider, all)).plan
}

for (const [rule, services] of Object.entries(rows))
  test(`aws groups, in a plan as carried out: ${rule}`, async () => {
    const made = awsBed()
    const { bed } = made
    const names = Object.keys(services)
    for (const [name, [spec, annotations]] of Object.entries(services)) {
      bed.apply(name, spec, annotations)
      await bed.pass(1_000)
    }
    const plan = await planned(bed, names, made)
    bed.start()
    await bed.pass(120_000)
    await bed.calm()
    // A plan names a group that is yet to be made; its rules then bear the id.
    const groups = made.cloud.world.securityGroups.list()
    const nameOf = new Map(groups.map(({ id, name }) => [id, name]))
    const there = [...(bed.manager.term?.inventory.all() ?? [])]
      .map((one) =>
        shownAs(
          one.stack,
          one.kind,
          one.key,
          Object.entries(one.parts ?? {}).flatMap(([part, { foreign }]) =>
            foreign === true ? [] : [part.replace(/sg-[0-9a-f]{17}$/, (id) => nameOf.get(id) ?? id)],
          ),
        ),
      )
      .toSorted()
    const steps = plan.steps.map(({ stack, kind, key: id, parts = [] }) =>
      shownAs(
        stack,
        kind,
        id,
        parts.map((part) => part.key),
      ),
    )
    assert.deepEqual(there, steps.toSorted())
    const losers = new Set(plan.conflicts.map(({ loser }) => loser.name))
    for (const name of names)
      assert.equal(bed.condition(name)?.status, losers.has(`shop/${name}`) ? 'False' : 'True', name)
    for (const { loser, problem } of plan.conflicts)
      assert.ok(bed.condition(loser.name.slice(5))?.message.includes(problem.message), problem.message)
    await bed.stop()
  })
