/** What of each peer's layouts becomes ours, what the controller would change after that, and what stands in the way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../../localstack/aws/state/seed.ts'
import type { AdoptPlan } from '../../../../src/controller/adopt-plan.ts'
import type { ServiceObject, ServiceSpec } from '../../../../src/model/objects.ts'
import type { Step } from '../../../../src/plan/plan.ts'
import { certificate } from '../stories.ts'
import { type Adopting, plan, rig, type Rig } from './rig.ts'
import { seedCcm, seedClassic, seedLbc, sharedGroup } from './seeds.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

interface Row {
  readonly name: string
  readonly spec?: ServiceSpec
  readonly annotations?: Record<string, string>
  readonly seed: (made: Rig, service: ServiceObject) => unknown
  readonly options?: Adopting
  /** `kind key` of what becomes ours, targets and rules aside. */
  readonly takes?: readonly string[]
  /** Rules on the nodes that become ours, as `protocol/ports/peer`. */
  readonly rules?: readonly string[]
  /** `action kind key fields` of what comes after. */
  readonly later?: readonly string[]
  readonly problems?: readonly string[]
}

const external = { [key('type')]: 'external', [key('scheme')]: 'internet-facing' }
const nlb = { [key('type')]: 'nlb' }
const classic = { [key('type')]: 'classic' }
const on = (made: Rig) => ({ instances: made.instances })
const web = 'internet-facing/80/TCP/30080'
const guardedWeb = 'internet-facing/guarded/80/TCP/30080'
const ports = (nodePort = 30_080) =>
  ({ ports: [{ name: 'web', port: 80, protocol: 'TCP', nodePort }] }) as const

const rows: readonly Row[] = [
  {
    name: 'ccm, open: all of it, and nothing to change after that',
    annotations: nlb,
    seed: (made, service) => seedCcm(made.cloud, made.bed.cluster, service, on(made)),
    takes: ['load-balancer internet-facing', 'listener internet-facing/80', `target-group ${web}`],
    rules: ['tcp/30080-30080/0.0.0.0/0', 'icmp/3-4/0.0.0.0/0'],
  },
  {
    name: 'ccm, tags of an older release',
    annotations: nlb,
    seed: (made, service) => seedCcm(made.cloud, made.bed.cluster, service, { ...on(made), legacy: true }),
    takes: ['load-balancer internet-facing', 'listener internet-facing/80', `target-group ${web}`],
    rules: ['tcp/30080-30080/0.0.0.0/0', 'icmp/3-4/0.0.0.0/0'],
  },
  {
    name: 'ccm, ranges: client rules and health rules',
    spec: { ...ports(), loadBalancerSourceRanges: ['192.0.2.0/24'] },
    annotations: nlb,
    seed: (made, service) => seedCcm(made.cloud, made.bed.cluster, service, on(made)),
    takes: ['load-balancer internet-facing', 'listener internet-facing/80', `target-group ${web}`],
    rules: [
      'tcp/30080-30080/192.0.2.0/24',
      'icmp/3-4/192.0.2.0/24',
      'tcp/30080-30080/10.0.0.0/24',
      'tcp/30080-30080/10.0.1.0/24',
      'tcp/30080-30080/10.0.2.0/24',
    ],
  },
  {
    name: 'ccm, internal, TLS, several ports',
    spec: {
      ports: [
        { name: 'https', port: 443, protocol: 'TCP', nodePort: 30_443 },
        { name: 'more', port: 8443, protocol: 'TCP', nodePort: 30_843 },
      ],
    },
    annotations: { ...nlb, [key('internal')]: 'true', [key('ssl-cert')]: certificate },
    seed: (made, service) =>
      seedCcm(made.cloud, made.bed.cluster, service, { ...on(made), scheme: 'internal', certificate }),
    takes: [
      'load-balancer internal',
      'listener internal/443',
      'listener internal/8443',
      'target-group internal/443/TCP/30443',
      'target-group internal/8443/TCP/30843',
    ],
    rules: ['tcp/30443-30443/0.0.0.0/0', 'tcp/30843-30843/0.0.0.0/0', 'icmp/3-4/0.0.0.0/0'],
  },
  {
    name: 'ccm, Local: health checks on their own port',
    spec: { ...ports(), externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000 },
    annotations: nlb,
    seed: (made, service) => seedCcm(made.cloud, made.bed.cluster, service, on(made)),
    takes: ['load-balancer internet-facing', 'listener internet-facing/80', `target-group ${web}`],
    rules: [
      'tcp/30080-30080/0.0.0.0/0',
      'icmp/3-4/0.0.0.0/0',
      'tcp/32000-32000/10.0.0.0/24',
      'tcp/32000-32000/10.0.1.0/24',
      'tcp/32000-32000/10.0.2.0/24',
    ],
  },
  {
    name: 'ccm, UDP',
    spec: {
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 32_000,
      ports: [{ name: 'dns', port: 53, protocol: 'UDP', nodePort: 30_053 }],
    },
    annotations: nlb,
    seed: (made, service) => seedCcm(made.cloud, made.bed.cluster, service, on(made)),
    takes: [
      'load-balancer internet-facing',
      'listener internet-facing/53',
      'target-group internet-facing/53/UDP/30053',
    ],
    rules: [
      'udp/30053-30053/0.0.0.0/0',
      'icmp/3-4/0.0.0.0/0',
      'tcp/32000-32000/10.0.0.0/24',
      'tcp/32000-32000/10.0.1.0/24',
      'tcp/32000-32000/10.0.2.0/24',
    ],
  },
  {
    name: 'ccm, stopped before its listeners: the rest is made',
    annotations: nlb,
    seed: (made, service) =>
      seedCcm(made.cloud, made.bed.cluster, service, { ...on(made), until: 'target-groups' }),
    takes: ['load-balancer internet-facing', `target-group ${web}`],
    rules: [],
    later: ['create listener internet-facing/80', 'update security-group sg-0node'],
  },
  {
    name: 'ccm, another node port since: the old target group goes after the new one leads',
    annotations: nlb,
    seed: (made, service) => {
      seedCcm(made.cloud, made.bed.cluster, service, on(made))
      made.bed.edit('web', { spec: ports(30_090) })
    },
    takes: [
      'load-balancer internet-facing',
      'listener internet-facing/80',
      'target-group internet-facing/80/TCP/30080/NAME',
    ],
    rules: ['tcp/30080-30080/0.0.0.0/0', 'icmp/3-4/0.0.0.0/0'],
    later: [
      'create target-group internet-facing/80/TCP/30090',
      'delete target-group internet-facing/80/TCP/30080/NAME',
      'update security-group sg-0node',
      'update security-group sg-0node',
    ],
  },
  {
    name: 'ccm, another scheme asked for: its address would not stay',
    annotations: { ...nlb, [key('internal')]: 'true' },
    seed: (made, service) => seedCcm(made.cloud, made.bed.cluster, service, on(made)),
    problems: ['LB_ADOPT_ADDRESS'],
  },
  {
    name: 'ccm, Classic: with its group, and what lets it in to the nodes',
    annotations: classic,
    seed: (made, service) => seedClassic(made.cloud, made.bed.cluster, service, on(made)),
    takes: ['classic-load-balancer internet-facing', 'security-group internet-facing/classic'],
    rules: ['-1/-1--1/sg:OWN'],
    later: ['update security-group internet-facing/classic', 'update security-group sg-0node'],
  },
  {
    name: 'ccm, Classic, internal, ranges, Local',
    spec: {
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 32_000,
      ...ports(),
      loadBalancerSourceRanges: ['192.0.2.0/24'],
    },
    annotations: { ...classic, [key('internal')]: 'true' },
    seed: (made, service) =>
      seedClassic(made.cloud, made.bed.cluster, service, { ...on(made), scheme: 'internal' }),
    takes: ['classic-load-balancer internal', 'security-group internal/classic'],
    rules: ['-1/-1--1/sg:OWN'],
    later: ['update security-group internal/classic', 'update security-group sg-0node'],
  },
  {
    name: 'ccm, Classic, stopped before its instances: the rest is done',
    annotations: classic,
    seed: (made, service) =>
      seedClassic(made.cloud, made.bed.cluster, service, { ...on(made), until: 'rules' }),
    takes: ['classic-load-balancer internet-facing', 'security-group internet-facing/classic'],
    rules: [],
    later: [
      'update classic-load-balancer internet-facing',
      'update security-group internet-facing/classic',
      'update security-group sg-0node',
    ],
  },
  {
    name: 'ccm, Classic, and the Service asks for none: its address would not stay',
    annotations: nlb,
    seed: (made, service) => seedClassic(made.cloud, made.bed.cluster, service, on(made)),
    problems: ['LB_ADOPT_ADDRESS'],
  },
  {
    name: 'ccm, of another cluster: never taken',
    annotations: nlb,
    seed: (made, service) =>
      seedCcm(made.cloud, made.bed.cluster, service, { ...on(made), clusterName: 'other' }),
    problems: ['LB_ADOPT_FOREIGN'],
  },
  {
    name: 'ccm, marked for another Service of ours',
    annotations: nlb,
    seed: (made, service) => {
      const { arn } = seedCcm(made.cloud, made.bed.cluster, service, on(made))
      made.cloud.byHand('elbv2', 'AddTags', {
        ResourceArns: [arn],
        Tags: [
          { Key: 'lb-controller.io/cluster', Value: made.bed.clusterUid },
          { Key: 'lb-controller.io/service-uid', Value: 'another' },
        ],
      })
    },
    problems: ['LB_ADOPT_FOREIGN'],
  },
  {
    name: 'ccm, the status names another address',
    annotations: nlb,
    seed: (made, service) => {
      seedCcm(made.cloud, made.bed.cluster, service, on(made))
      const at = { namespace: 'shop', name: 'web' }
      const status = { loadBalancer: { ingress: [{ hostname: 'old.example' }] } }
      made.bed.cluster.patch('services', at, { status }, { subresource: 'status' })
    },
    problems: ['LB_ADOPT_ADDRESS'],
  },
  {
    name: 'ccm and lbc both built one',
    annotations: nlb,
    seed: (made, service) => {
      seedLbc(made.cloud, made.bed.cluster, service, { ...on(made), groups: false })
      seedCcm(made.cloud, made.bed.cluster, service, on(made))
    },
    problems: ['LB_ADOPT_SEVERAL'],
  },
  {
    name: 'ccm and lbc both built one, and one is named',
    annotations: nlb,
    seed: (made, service) => {
      seedLbc(made.cloud, made.bed.cluster, service, { ...on(made), groups: false })
      seedCcm(made.cloud, made.bed.cluster, service, on(made))
    },
    options: { from: ['ccm'] },
    takes: ['load-balancer internet-facing', 'listener internet-facing/80', `target-group ${web}`],
    rules: ['icmp/3-4/0.0.0.0/0'],
  },
  {
    name: 'an annotation that only the other controller let pass',
    annotations: { ...nlb, [key('healthcheck-interval')]: '7000' },
    seed: (made, service) => seedCcm(made.cloud, made.bed.cluster, service, on(made)),
    problems: ['LB_ANNOTATION_INTEGER'],
  },
  {
    name: 'lbc, groups of its own: only descriptions of rules differ',
    annotations: external,
    seed: (made, service) => seedLbc(made.cloud, made.bed.cluster, service, on(made)),
    takes: [
      'load-balancer internet-facing/guarded',
      'listener internet-facing/guarded/80',
      `target-group ${guardedWeb}`,
      'security-group internet-facing/clients',
      'security-group backend',
    ],
    rules: ['tcp/30080-30080/sg:OWN'],
    later: ['update security-group internet-facing/clients'],
  },
  {
    name: 'lbc, tags from before it served Services',
    annotations: external,
    seed: (made, service) => seedLbc(made.cloud, made.bed.cluster, service, { ...on(made), legacy: true }),
    takes: [
      'load-balancer internet-facing/guarded',
      'listener internet-facing/guarded/80',
      `target-group ${guardedWeb}`,
      'security-group internet-facing/clients',
      'security-group backend',
    ],
    rules: ['tcp/30080-30080/sg:OWN'],
    later: ['update security-group internet-facing/clients'],
  },
  {
    name: 'lbc by class, which must be ours too',
    spec: { ...ports(), loadBalancerClass: 'service.k8s.aws/nlb' },
    annotations: { [key('scheme')]: 'internet-facing' },
    seed: (made, service) => seedLbc(made.cloud, made.bed.cluster, service, on(made)),
    problems: ['LB_ADOPT_CLASS'],
  },
  {
    name: 'lbc by class, which is ours',
    spec: { ...ports(), loadBalancerClass: 'service.k8s.aws/nlb' },
    annotations: { [key('scheme')]: 'internet-facing' },
    options: { loadBalancerClass: 'service.k8s.aws/nlb' },
    seed: (made, service) => seedLbc(made.cloud, made.bed.cluster, service, on(made)),
    takes: [
      'load-balancer internet-facing/guarded',
      'listener internet-facing/guarded/80',
      `target-group ${guardedWeb}`,
      'security-group internet-facing/clients',
      'security-group backend',
    ],
    rules: ['tcp/30080-30080/sg:OWN'],
    later: ['update security-group internet-facing/clients'],
  },
  {
    name: 'lbc, without groups: the Service must say so',
    annotations: external,
    seed: (made, service) => seedLbc(made.cloud, made.bed.cluster, service, { ...on(made), groups: false }),
    problems: ['LB_ADOPT_ADDRESS'],
  },
  {
    name: 'lbc, without groups',
    annotations: { ...external, [key('disable-nlb-sg')]: 'true' },
    seed: (made, service) => seedLbc(made.cloud, made.bed.cluster, service, { ...on(made), groups: false }),
    takes: ['load-balancer internet-facing', 'listener internet-facing/80', `target-group ${web}`],
    rules: ['tcp/30080-30080/0.0.0.0/0'],
    later: ['update security-group sg-0node'],
  },
  {
    name: 'lbc, TLS, Local, dual stack',
    spec: { ...ports(), externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000 },
    annotations: { ...external, [key('ssl-cert')]: certificate, [key('ip-address-type')]: 'dualstack' },
    seed: (made, service) =>
      seedLbc(made.cloud, made.bed.cluster, service, { ...on(made), certificate, dualstack: true }),
    takes: [
      'load-balancer internet-facing/guarded',
      'listener internet-facing/guarded/80',
      `target-group ${guardedWeb}`,
      'security-group internet-facing/clients',
      'security-group backend',
    ],
    rules: ['tcp/30080-32000/sg:OWN'],
    later: ['update security-group internet-facing/clients'],
  },
  {
    name: 'lbc, an Ingress uses the shared group too: it is left alone',
    annotations: external,
    seed: (made, service) => {
      seedLbc(made.cloud, made.bed.cluster, service, { ...on(made), span: [30_000, 32_000] })
      made.cloud.byHand('elbv2', 'CreateLoadBalancer', {
        Name: 'k8s-shop-ingress',
        Type: 'application',
        Subnets: seeded.publicSubnets,
        SecurityGroups: [sharedGroup(made.cloud, 'demo')],
        Tags: [
          { Key: 'elbv2.k8s.aws/cluster', Value: 'demo' },
          { Key: 'ingress.k8s.aws/stack', Value: 'shop/ingress' },
        ],
      })
    },
    takes: [
      'load-balancer internet-facing/guarded',
      'listener internet-facing/guarded/80',
      `target-group ${guardedWeb}`,
      'security-group internet-facing/clients',
    ],
    rules: [],
    later: [
      'create security-group backend',
      'update load-balancer internet-facing/guarded',
      'update security-group internet-facing/clients',
      'update security-group sg-0node',
    ],
    problems: ['LB_ADOPT_SHARED'],
  },
  {
    name: 'nobody built anything',
    annotations: nlb,
    seed: () => {},
  },
]

const nameless = (text: string): string =>
  text.replace(/\/k8s-[\w-]+$/, '/NAME').replace(/sg-(?!0node)\w+$/, 'sg:OWN')

const said = ({ action, kind, key }: Step): string => nameless(`${action} ${kind} ${key}`)

function takenIn({ ready, shared }: AdoptPlan): readonly string[] {
  const all = [...ready.flatMap(({ takes }) => takes), ...shared]
  return all.flatMap(({ becomes }) =>
    becomes.body === 'foreign' ? [] : [nameless(`${becomes.kind} ${becomes.key}`)],
  )
}

const rulesIn = ({ marks }: AdoptPlan): readonly string[] =>
  marks
    .filter(({ key }) => key === seeded.nodeGroup)
    .flatMap(({ parts = [] }) => parts.map((part) => nameless(part.key)))

for (const row of rows)
  test(`adopt: ${row.name}`, async () => {
    const made = rig()
    const service = made.bed.apply('web', { ...ports(), ...row.spec }, row.annotations)
    row.seed(made, service)
    const before = made.cloud.dump()
    const planned = await plan(made, row.options)
    assert.deepEqual(
      [...planned.ready, ...planned.blocked].flatMap(({ problems }) => problems.map(({ code }) => code)),
      row.problems ?? [],
    )
    assert.deepEqual(takenIn(planned).toSorted(), (row.takes ?? []).toSorted())
    assert.deepEqual(rulesIn(planned).toSorted(), (row.rules ?? []).toSorted())
    assert.deepEqual(planned.later.map(said).toSorted(), (row.later ?? []).toSorted())
    assert.deepEqual(made.cloud.dump(), before, 'planning writes nothing')
  })
