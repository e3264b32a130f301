/**
 * One controller with 10,000 Services on 1,000 nodes, simulated: the cluster is in memory, the cloud a formula, the clock
 * virtual. Tells what the controller holds once every object was read, what a restart takes, and how long it plans after
 * one edit and after a node joined. `node --expose-gc bench/scale.ts [--check] [--services N] [--nodes N]`; `--check`
 * fails beyond the bars.
 */
import { parseArgs } from 'node:util'
import { createProvider } from '../providers/aws/index.ts'
import { createCloud } from '../localstack/aws/cloud.ts'
import { ClusterState } from '../localstack/kubernetes/state.ts'
import { VirtualClock } from '../src/lib/clock.ts'
import { decide } from '../src/controller/decide.ts'
import { readAccepted, writeAccepted } from '../src/controller/accepted.ts'
import { acceptedAnnotation, finalizer } from '../src/model/claim.ts'
import { targetNodes } from '../src/model/nodes.ts'
import type { ServiceObject } from '../src/model/objects.ts'
import type { Action } from '../providers/aws/api.ts'
import { inProcess } from '../test/providers/aws/in-process.ts'
import { Bed, instanceId } from '../test/support/bed.ts'
import { FormulaCloud, type Own, refused } from './scale-cloud.ts'
import { sizes } from './sizes.ts'

const { values } = parseArgs({
  options: { check: { type: 'boolean' }, services: { type: 'string' }, nodes: { type: 'string' } },
})
const services = Number(values.services ?? 10_000)
const nodes = Number(values.nodes ?? 1_000)
const bars = { heapMb: 400, editMs: 20, firstEditS: 5 }

const external = {
  'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
  'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'instance',
}
const nameOf = (n: number): string => `s${String(n).padStart(5, '0')}`
/** More Services than the usual range of node ports has room for: it begins earlier here. */
const nodePorts = { first: 20_000, last: 32_767 }
/** The first two span the whole range, so that the rule that all share lets in the others too. */
const portOf = (n: number): number =>
  n === 0 ? nodePorts.first : n === 1 ? nodePorts.last : nodePorts.first + n - 1
const zoneOf = (n: number): string => 'abc'[n % 3] ?? 'a'
const { signal } = new AbortController()

function gc(): void {
  const { gc: collect } = globalThis as { gc?: () => void }
  if (collect === undefined) throw new Error('run with --expose-gc')
  collect()
  collect()
}

function heapMb(): number {
  gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const rssMb = (): number => process.memoryUsage().rss / 2 ** 20
const cpuS = (): number => process.cpuUsage().user / 1e6
const median = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
const missed: string[] = []

function tell(what: string, value: string, bar?: { readonly is: number; readonly most: number }): void {
  const over = bar !== undefined && bar.is > bar.most
  if (over) missed.push(what)
  console.log(`${what}: ${value}${bar === undefined ? '' : `, bar ${bar.most}${over ? '  MISSED' : ''}`}`)
}

const state: { api?: FormulaCloud } = {}
let uids = 0
const clock = new VirtualClock()
const uid = () => `${String(++uids).padStart(8, '0')}-0000-4000-8000-000000000000`
const bed = new Bed({
  clock,
  cluster: new ClusterState({ clock, uid, nodePorts }),
  zoneOf: (n) => `us-east-1${zoneOf(n)}`,
  provider: (clock, clusterUid) =>
    createProvider({ region: 'us-east-1' }, { api: state.api ?? inProcess(cloud), clock, clusterUid }),
})
const cloud = createCloud({ clock: bed.clock })
for (let n = 1; n <= nodes; n++) {
  cloud.addInstance({ id: instanceId(n), az: zoneOf(n) })
  bed.addNode(n)
}

const apply = (n: number): ServiceObject =>
  bed.apply(nameOf(n), { ports: [{ name: 'web', port: 80, protocol: 'TCP', nodePort: portOf(n) }] }, external)

/** Two Services made for good: the first is what the formula copies. */
async function makeFirst(): Promise<ServiceObject> {
  for (const n of [0, 1]) apply(n)
  bed.start()
  await bed.calm()
  await bed.pass(30_000)
  await bed.stop()
  const first = bed.service(nameOf(0))
  if (first === undefined || bed.condition(nameOf(0))?.status !== 'True')
    throw new Error('the first Service failed')
  return first
}

/** The others as a controller of earlier left them: with the finalizer, what was accepted, and a status. */
async function makeOthers(first: ServiceObject): Promise<readonly Own[]> {
  const provider = createProvider(
    { region: 'us-east-1' },
    { api: inProcess(cloud), clock: bed.clock, clusterUid: bed.clusterUid },
  )
  const eligible = targetNodes(bed.cluster.list('nodes', {}).items)
  const known = new Map<string, Promise<ReadonlyMap<string, never>>>()
  const parts = {
    provider,
    cluster: { uid: bed.clusterUid, name: 'demo' },
    nodes: eligible,
    endpoints: () => [],
    facts: (asked: Parameters<typeof provider.lookup>[0]) => {
      const key = asked.map((one) => one.key).join()
      const facts =
        known.get(key) ??
        provider
          .lookup(asked, signal)
          .then((found) => new Map(found.map((fact) => [fact.key, fact])) as never)
      known.set(key, facts)
      return facts
    },
    observed: () => [],
    service: () => undefined,
    serviceNames: () => [],
    begun: undefined,
    listed: true,
    now: bed.clock.now(),
  }
  const own: Own[] = []
  const accepted = readAccepted(first)
  for (let n = 0; n < services; n++) {
    const service = n < 2 ? bed.service(nameOf(n)) : apply(n)
    if (service === undefined) throw new Error('it is gone')
    const { resources, hash, input } = await decide(parts, service)
    const ending = (kind: string): string => {
      const name = resources.find((one) => one.kind === kind)?.spec['Name']
      return typeof name === 'string' ? (name.split('-').at(-1) ?? '') : ''
    }
    own.push({
      name: nameOf(n),
      uid: service.metadata.uid ?? '',
      nodePort: portOf(n),
      balancer: ending('load-balancer'),
      group: ending('target-group'),
    })
    const at = { namespace: 'shop', name: nameOf(n) }
    const annotations = { [acceptedAnnotation]: writeAccepted({ ...accepted, version: 1, input, hash }) }
    if (n > 1) bed.cluster.patch('services', at, { metadata: { finalizers: [finalizer], annotations } })
    const [from, to] = [own[0], own[n]]
    const { hostname, ...entry } = first.status?.loadBalancer?.ingress?.[0] ?? {}
    const renamed = hostname
      ?.replace(`${from?.name}-${from?.balancer}`, `${to?.name}-${to?.balancer}`)
      .replace(/(?<=-[0-9a-f]{8})[0-9a-f]{8}(?=\.elb)/, String(n).padStart(8, '0'))
    const loadBalancer = { ingress: [{ ...entry, hostname: renamed }] }
    const status = { conditions: first.status?.conditions, loadBalancer }
    bed.cluster.patch('services', at, { status }, { subresource: 'status' })
  }
  return own
}

const first = await makeFirst()
const own = await makeOthers(first)
const api = (state.api = new FormulaCloud(cloud, clock, own, nodes))
console.log(`${services} Services of type external on ${nodes} nodes, prepared in ${cpuS().toFixed(0)} s`)
const before = { heap: heapMb(), rss: rssMb(), patches: patches() }

function patches(): number {
  return bed.kubeLog.filter((call) => call.startsWith('patch')).length
}

const started = { cpu: cpuS(), at: clock.now() }
api.latencyMs = 50
const refusals: Action[] = []
api.onWrite = (action) => {
  refusals.push(action)
  throw refused(action)
}
bed.start()
await bed.until('Services are listed', () => bed.manager.services.hasSynced)
bed.edit(nameOf(5), { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
await bed.until('the edit is served', () => refusals.length > 0)
const served = { s: (clock.now() - started.at) / 1_000, cpu: cpuS() - started.cpu }
tell(
  'first edit after a restart',
  `called for after ${served.s.toFixed(1)} s with ${api.latencyMs} ms a call, ${served.cpu.toFixed(1)} s of CPU`,
  { is: Math.max(served.s, served.cpu), most: bars.firstEditS },
)
bed.edit(nameOf(5), { spec: { loadBalancerSourceRanges: null } })
await bed.calm()
await bed.pass(15_000)
await bed.calm()
const lists = api.lists
tell(
  'restart',
  `${(cpuS() - started.cpu).toFixed(1)} s of CPU; ${api.calls} calls, ${lists} of them pages of lists`,
)
// Two for the Service that was edited: what is refused, and that it is well again.
tell('patches of Services', String(patches() - before.patches), { is: patches() - before.patches, most: 3 })
tell('writes', String(new Set(refusals).size), { is: new Set(refusals).size, most: 1 })
api.latencyMs = 0

const listed = heapMb() - before.heap
const term = bed.manager.term
if (term === undefined) throw new Error('it does not lead')
const groups = () => [...term.inventory.all()].filter(({ kind }) => kind === 'target-group')
const reading = cpuS()
await bed.until(
  'every target group was read',
  () => groups().every(({ depth }) => depth === 'read'),
  4_000_000,
)
console.log(`every object read once: ${(cpuS() - reading).toFixed(0)} s of CPU`)
const held = heapMb() - before.heap
const targets = new Set(groups().map(({ parts }) => parts))
tell(
  'heap of the controller',
  `${listed.toFixed(0)} MB listed, ${held.toFixed(0)} MB read (${((held / services) * 1024).toFixed(1)} KB a Service), RSS ${rssMb().toFixed(0)} MB with the simulation, ${targets.size} different sets of targets`,
  { is: held, most: bars.heapMb },
)
const rows = sizes({
  'Services as stored': bed.manager.services.store.list(),
  'Nodes as stored': bed.manager.nodes.store.list(),
  wishes: own.map(({ uid }) => term.wishes.of(uid)),
  'observed objects': term.inventory.all(),
  'what is known of owners': term.owners.all(),
  'plans and reports': term.runner.reports(),
})
for (const [name, mb] of rows) console.log(`  ${name}: ${mb.toFixed(1)} MB`)
console.log(
  `  indexes, memories and the rest: ${(held - rows.reduce((sum, [, mb]) => sum + mb, 0)).toFixed(1)} MB`,
)

/** CPU time from the edit to the call that it leads to, ms; the call is refused, so that nothing changes. */
async function edit(n: number): Promise<number> {
  const sent = Promise.withResolvers<number>()
  let took: number | undefined
  api.onWrite = (action) => {
    took ??= (cpuS() - began) * 1_000
    sent.resolve(took)
    throw refused(action)
  }
  const began = cpuS()
  bed.edit(nameOf(n), { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await bed.until('a call', () => took !== undefined, 10_000)
  return sent.promise
}
const edits: number[] = []
for (let n = 10; n < 31; n++) edits.push(await edit(n))
await bed.calm()
tell(
  'one edit, until its first call',
  `CPU ${median(edits).toFixed(1)} ms (slowest of ${edits.length}: ${Math.max(...edits).toFixed(1)} ms)`,
  { is: median(edits), most: bars.editMs },
)

const joining = { cpu: cpuS(), sent: 0, firstMs: 0, began: performance.now() }
api.onWrite = (action) => {
  if (action !== 'RegisterTargets') throw refused(action)
  if (joining.sent++ === 0) joining.firstMs = performance.now() - joining.began
}
cloud.addInstance({ id: instanceId(nodes + 1), az: zoneOf(nodes + 1) })
bed.addNode(nodes + 1)
api.nodes++
await bed.until('every group has the node', () => joining.sent >= services, 600_000)
await bed.calm()
tell(
  'a node joins',
  `${(cpuS() - joining.cpu).toFixed(1)} s of CPU for ${joining.sent} registrations (${(((cpuS() - joining.cpu) / services) * 1000).toFixed(2)} ms each), the first after ${joining.firstMs.toFixed(0)} ms`,
)
tell('heap after that', `${(heapMb() - before.heap).toFixed(0)} MB`, {
  is: heapMb() - before.heap,
  most: bars.heapMb,
})
await bed.stop()
if (values.check === true && missed.length > 0) {
  console.error(`missed: ${missed.join(', ')}`)
  process.exitCode = 1
}
