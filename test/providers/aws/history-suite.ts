import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as check, asyncProperty } from 'fast-check'
import { seeded, seedWorld } from '../../../localstack/aws/state/seed.ts'
import { addPod, runWorkloads } from '../../../localstack/kubernetes/workloads.ts'
import { acceptedAnnotation } from '../../../src/model/claim.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import type { BedOptions } from '../../support/bed.ts'
import { drawnKeys, historyOf, type Act, type Drift, type Edit } from './history.ts'
import { podAddress } from './pod-objects.ts'
import { awsBed, aws } from './subject.ts'

const names = ['s0', 's1', 's2'] as const
const nameOf = (service: number): string => names[service] ?? ''
const rangesKey = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const strange = '198.51.100.0/24'
const classy = 'service.k8s.aws/nlb'

/** What a Service is left with when its last page asked for what cannot be: every drawn key is taken away. */
const plain = Object.fromEntries(
  drawnKeys.filter((key) => key !== 'lb-controller.io/group').map((key) => [key, null]),
)

function makeBed(options: Partial<BedOptions> = {}) {
  const made = awsBed(
    { ...options, settings: { loadBalancerClass: classy, graceMs: 60_000, driftMs: 600_000 } },
    {
      seedWorld(world, clusterName) {
        seedWorld(world, clusterName)
        const id = 'sg-0given'
        const group = { id, vpcId: seeded.vpc, name: 'given', description: 'Somebody else made it', tags: {} }
        world.securityGroups.put(id, group, Number.NEGATIVE_INFINITY)
      },
    },
  )
  return made
}

const timeless = (dump: unknown): unknown => aws.timeless?.(dump) ?? dump

/** A cluster of three Services and whoever meddles with them, on one account. */
class History {
  readonly bed
  readonly cloud
  readonly #joined
  readonly #onBreak
  /** Who was let in at some moment by some Service. */
  readonly asked = new Set<string>()
  /** Something was done by hand in the cloud. */
  drifted = false
  #nodes = [1, 2]
  #nextNode = 3
  #pods = [1, 2]
  #nextPod = 3

  constructor() {
    const { bed, cloud, joined, onBreak } = makeBed()
    this.bed = bed
    this.cloud = cloud
    this.#joined = joined
    this.#onBreak = onBreak
    bed.cluster.create('namespaces', { metadata: { name: 'shop' } })
    runWorkloads(bed.cluster)
    for (const n of this.#pods) this.#pod(n)
    this.#watchAddresses()
    this.#watchAccess()
  }

  readonly wrongs: string[] = []

  #watchAddresses(): void {
    const before = new Map<string, string>()
    this.bed.cluster.watch('services', {}, ({ type, object }) => {
      const service = object as ServiceObject
      const { uid = '', name, deletionTimestamp } = service.metadata
      const [ingress] = service.status?.loadBalancer?.ingress ?? []
      const now = ingress?.hostname ?? ''
      const leaves = type === 'DELETED' || deletionTimestamp !== undefined
      if (before.has(uid) && now === '' && !leaves && service.spec?.type === 'LoadBalancer' && !this.drifted)
        this.wrongs.push(`${name} lost its address: ${before.get(uid)}`)
      if (now === '') before.delete(uid)
      else before.set(uid, now)
    })
  }

  /** Never is anybody let in whom no Service ever asked for. */
  #watchAccess(): void {
    this.cloud.onCall = () => {
      if (this.drifted) return
      for (const { peer, egress, groupId, from } of this.cloud.world.rules.list())
        if (!egress && peer.kind === 'ipv4' && !this.#mayCome(peer.cidr))
          this.wrongs.push(`${peer.cidr} came in at ${from} of ${groupId}`)
    }
  }

  #mayCome = (cidr: string): boolean =>
    this.asked.has(cidr) ||
    [...this.cloud.world.subnets.list(), ...this.cloud.world.vpcs.list()].some((one) => one.cidr === cidr)

  #pod(n: number): void {
    addPod(this.bed.cluster, {
      namespace: 'shop',
      name: `web-${n}`,
      labels: { app: 'web' },
      ips: [podAddress(n)],
    })
  }

  #at(service: number): ServiceObject | undefined {
    const found = this.bed.service(nameOf(service))
    return found?.metadata.deletionTimestamp === undefined ? found : undefined
  }

  ports(service: number, two: boolean, same: boolean, from: number) {
    const port = (n: number) => ({
      name: `p${n}`,
      port: n,
      protocol: 'TCP' as const,
      targetPort: 8080,
      nodePort: from + n + service * 300,
    })
    const first = 80 + service * 10
    return [port(same ? 80 : first), ...(two ? [port(first + 1)] : [])]
  }

  async play(act: Act, open: boolean): Promise<void> {
    const { bed, cloud } = this
    switch (act.does) {
      case 'apply':
        return this.#apply(act.service, act.classy, open)
      case 'pass':
        return bed.pass(act.seconds * 1000)
      case 'kill':
        bed.kill()
        return bed.start()
      case 'stop':
        await bed.stop()
        return bed.start()
      case 'cut':
        this.#onBreak(() => {
          if (!act.kills) return
          bed.kill()
          bed.start()
        })
        return cloud.cutAt({ call: act.call, effect: act.effect })
      case 'trouble':
        return this.#trouble(act.on)
      case 'node':
        return this.#node(act.joins)
      case 'pod':
        if (act.joins) {
          const n = this.#nextPod++
          this.#pods.push(n)
          this.#pod(n)
        } else {
          const n = this.#pods.shift()
          if (n !== undefined) bed.cluster.delete('pods', { namespace: 'shop', name: `web-${n}` })
        }
        return
      case 'drift':
        return this.#drift(act.what)
      case 'ports':
      case 'ranges':
      case 'key':
      case 'type':
      case 'local':
      case 'delete':
        return this.#edit(act, open)
    }
  }

  #apply(service: number, isClassy: boolean, open: boolean): void {
    const name = nameOf(service)
    if (this.bed.service(name) !== undefined) return
    this.asked.add(open ? '0.0.0.0/0' : '192.0.2.0/24')
    this.bed.apply(name, {
      ports: this.ports(service, false, false, 30_000),
      selector: { app: 'web' },
      ...(isClassy ? { loadBalancerClass: classy } : {}),
      ...(open ? {} : { loadBalancerSourceRanges: ['192.0.2.0/24'] }),
    })
  }

  #edit(act: Edit, open: boolean): void {
    const { bed } = this
    const name = nameOf(act.service)
    if (act.does !== 'delete') this.#apply(act.service, false, open)
    const service = this.#at(act.service)
    if (service === undefined || (service.spec?.type !== 'LoadBalancer' && act.does !== 'type')) return
    switch (act.does) {
      case 'key':
        if (act.key.endsWith('source-ranges') && act.value !== null) this.asked.add(act.value)
        return void bed.edit(name, { metadata: { annotations: { [act.key]: act.value } } })
      case 'ranges':
        for (const range of act.to ?? ['0.0.0.0/0']) this.asked.add(range)
        return void bed.edit(name, { spec: { loadBalancerSourceRanges: act.to } })
      case 'ports':
        return void bed.edit(name, { spec: { ports: this.ports(act.service, act.two, act.same, act.from) } })
      case 'local':
        return void bed.edit(name, {
          spec: {
            externalTrafficPolicy: act.on ? 'Local' : 'Cluster',
            healthCheckNodePort: act.on ? 32_000 + act.service : null,
          },
        })
      case 'type':
        return void bed.edit(name, {
          spec:
            act.to === 'NodePort'
              ? { type: 'NodePort', loadBalancerClass: null, loadBalancerSourceRanges: null }
              : { type: 'LoadBalancer', ...(open ? {} : { loadBalancerSourceRanges: ['192.0.2.0/24'] }) },
          metadata: { annotations: { [rangesKey]: null } },
        })
      case 'delete':
        return bed.delete(name)
    }
  }

  #trouble(on: boolean): void {
    const { switches } = this.cloud
    switches.listLag = on ? 5_000 : 0
    switches.failureShare = on ? 0.1 : 0
    switches.throttle = on ? { 'elbv2:write': { rate: 2, burst: 3 } } : {}
  }

  #node(joins: boolean): void {
    if (joins) {
      const n = this.#nextNode++
      this.#nodes.push(n)
      this.#joined(n)
      this.bed.addNode(n)
    } else if (this.#nodes.length > 1)
      this.bed.cluster.delete('nodes', { name: `node-${this.#nodes.shift()}` })
  }

  #drift(what: Drift): void {
    const { world } = this.cloud
    const ask = (service: 'elbv2' | 'ec2', action: string, input: object): void => {
      this.drifted = true
      try {
        this.cloud.byHand(service, action, input)
      } catch {
        // Refused as the console would refuse it: then nothing happened.
      }
    }
    const [listener] = world.listeners.list()
    const [group] = world.targetGroups.list()
    const [balancer] = world.loadBalancers.list()
    const ours = world.rules
      .list()
      .find((rule) => !rule.egress && (rule.peer.kind === 'group' || rule.peer.kind === 'ipv4'))
    switch (what) {
      case 'listener deleted':
        return listener && ask('elbv2', 'DeleteListener', { ListenerArn: listener.arn })
      case 'target group deleted':
        if (group === undefined) return
        for (const one of world.listeners.list())
          if (JSON.stringify(one).includes(group.arn))
            ask('elbv2', 'DeleteListener', { ListenerArn: one.arn })
        return ask('elbv2', 'DeleteTargetGroup', { TargetGroupArn: group.arn })
      case 'load balancer deleted':
        return balancer && ask('elbv2', 'DeleteLoadBalancer', { LoadBalancerArn: balancer.arn })
      case 'rule removed':
        return (
          ours &&
          ask('ec2', 'RevokeSecurityGroupIngress', {
            GroupId: ours.groupId,
            SecurityGroupRuleIds: [ours.id],
          })
        )
      case 'rule added': {
        const at = world.rules.list().find((rule) => rule.description?.includes('/nlb/client=') === true)
        if (at === undefined) return
        const IpRanges = [{ CidrIp: strange, Description: at.description }]
        const IpPermissions = [{ IpProtocol: 'tcp', FromPort: at.from, ToPort: at.to, IpRanges }]
        return ask('ec2', 'AuthorizeSecurityGroupIngress', { GroupId: at.groupId, IpPermissions })
      }
      case 'tag removed':
        return (
          balancer &&
          ask('elbv2', 'RemoveTags', {
            ResourceArns: [balancer.arn],
            TagKeys: ['lb-controller.io/service', 'kubernetes.io/cluster/demo'],
          })
        )
      case 'targets removed': {
        if (group === undefined) return
        const Targets = [...(world.targets.get(group.arn)?.keys() ?? [])].map((at) => {
          const [Id, port] = at.split(':')
          return { Id, Port: Number(port) }
        })
        return Targets.length > 0
          ? ask('elbv2', 'DeregisterTargets', { TargetGroupArn: group.arn, Targets })
          : undefined
      }
    }
  }

  /** A rule that somebody made with our words is told from ours by nobody, once the Service that it names is gone. */
  tidy(): void {
    for (const { peer, groupId, id } of this.cloud.world.rules.list())
      if (peer.kind === 'ipv4' && peer.cidr === strange)
        this.cloud.byHand('ec2', 'RevokeSecurityGroupIngress', {
          GroupId: groupId,
          SecurityGroupRuleIds: [id],
        })
  }

  /** Calls pass again, and time until nothing happens any more. */
  async rest(): Promise<void> {
    const { bed, cloud } = this
    this.#onBreak(() => {})
    cloud.cutAt(undefined)
    this.#trouble(false)
    await bed.pass(this.drifted ? 1_500_000 : 900_000)
    await bed.calm()
  }

  /** What is asked for at the end must be something that can be had, by whoever comes first. */
  async heal(open: boolean): Promise<void> {
    for (const [at, name] of names.entries())
      if (this.#at(at) !== undefined)
        this.bed.edit(name, { spec: { ports: this.ports(at, true, false, 31_000) } })
    await this.rest()
    for (const [at, name] of names.entries()) {
      if (this.#at(at)?.spec?.type !== 'LoadBalancer' || this.bed.condition(name)?.status === 'True') continue
      this.bed.edit(name, { metadata: { annotations: plain } })
      if (open) this.bed.edit(name, { spec: { loadBalancerSourceRanges: null } })
    }
    await this.rest()
    for (const [at, name] of names.entries())
      if (this.#at(at)?.spec?.type === 'LoadBalancer')
        assert.equal(
          this.bed.condition(name)?.status,
          'True',
          `${name}: ${this.bed.condition(name)?.reason} ${this.bed.condition(name)?.message}`,
        )
  }

  /** Who comes back tomorrow finds nothing to do. */
  async stays(): Promise<void> {
    const { bed, cloud } = this
    cloud.clearLog()
    await bed.pass(900_000)
    const writes = () => cloud.log.filter((call) => call.mutating).map((call) => call.action)
    assert.deepEqual(writes(), [], 'nothing is written where nothing changes')
    assert.ok(cloud.log.length < 200, `${cloud.log.length} calls in a quarter of an hour`)
    bed.kill()
    bed.start()
    await bed.pass(60_000)
    await bed.calm()
    assert.deepEqual(writes(), [], 'nothing is written after a restart')
  }

  /** The same cluster, but no controller and no cloud ever knew of it. */
  async anew(): Promise<unknown> {
    await this.bed.stop()
    for (const name of names) {
      if (this.bed.service(name) === undefined) continue
      this.bed.edit(name, { metadata: { finalizers: null, annotations: { [acceptedAnnotation]: null } } })
      const status = { status: { loadBalancer: null, conditions: null } }
      this.bed.cluster.patch('services', { namespace: 'shop', name }, status, { subresource: 'status' })
    }
    const { bed, cloud } = this.#untouched()
    bed.start()
    await bed.pass(60_000)
    await bed.calm()
    await bed.stop()
    return cloud.dump()
  }

  #untouched() {
    const { cluster, clock } = this.bed
    const made = makeBed({ cluster, clock, nodes: 0 })
    for (let n = 1; n < this.#nextNode; n++) made.joined(n)
    return made
  }

  async deleteAll(): Promise<void> {
    for (const name of names) if (this.bed.service(name) !== undefined) this.bed.delete(name)
    await this.rest()
    this.tidy()
    for (const name of names) assert.equal(this.bed.service(name), undefined, `${name} is gone`)
    assert.deepEqual(this.cloud.dump(), this.#untouched().cloud.dump(), 'nothing is left over')
    await this.bed.stop()
  }

  honest(): void {
    assert.deepEqual([...new Set(this.wrongs)], [])
    const counts = Map.groupBy(this.bed.events, (one) => `${one.about} ${one.reason}: ${one.message}`)
    for (const [text, all] of counts)
      if (all[0]?.type === 'Warning') assert.ok(all.length < 40, `${all.length} times: ${text}`)
  }
}

export type End = 'as new' | 'nothing left'

/** Plays one history and holds it against the laws. */
export async function playHistory(acts: readonly Act[], open: boolean, end: End): Promise<void> {
  const history = new History()
  if (open) history.asked.add('0.0.0.0/0')
  history.bed.start()
  for (const act of acts) await history.play(act, open)
  if (end === 'nothing left') {
    await history.deleteAll()
    history.honest()
    return
  }
  await history.heal(open)
  history.tidy()
  await history.stays()
  history.honest()
  const dump = history.cloud.dump()
  assert.deepEqual(timeless(dump), timeless(await history.anew()))
}

/** Histories that once ended otherwise: each stays as it was found. */
export interface Found {
  readonly what: string
  readonly acts: readonly Act[]
  readonly open: boolean
  readonly end: End
}

export function foundSuite(found: readonly Found[]): void {
  for (const { what, acts, open, end } of found)
    test(`aws, found by chance: ${what}`, () => playHistory(acts, open, end))
}

/** Everything that AWS does live, in any order: what is asked for at the end decides what there is at the end. */
export function historySuite(runs: number, seed = 7): void {
  for (const open of [true, false])
    for (const end of ['as new', 'nothing left'] as const)
      test(`aws: any history of ${open ? 'open' : 'narrow'} Services ends ${end}`, () =>
        check(
          asyncProperty(historyOf(open), (acts) => playHistory(acts, open, end)),
          { numRuns: runs, seed },
        ))
}
