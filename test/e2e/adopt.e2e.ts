/** Taking over with the built program, over HTTP: seen, asked for, killed, run, edited, deleted; same ARNs, same address. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrokenConnection } from '../../localstack/aws/fault.ts'
import { openStage, type Controller, type Stage } from '../../localstack/stage.ts'
import type { ServiceObject } from '../../src/model/objects.ts'
import { seedCcm, seedClassic, seedLbc } from '../providers/aws/adopt/seeds.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const settings = ['--provider', 'aws', '--aws-region', 'us-east-1', '--cluster-name', 'demo']
const web = { namespace: 'shop', name: 'web' }

interface Peer {
  readonly name: string
  readonly title: string
  readonly annotations: Record<string, string>
  readonly seed: typeof seedCcm
}

const peers: readonly Peer[] = [
  { name: 'ccm', title: 'cloud-provider-aws', annotations: { [key('type')]: 'nlb' }, seed: seedCcm },
  {
    name: 'ccm, Classic',
    title: 'cloud-provider-aws',
    annotations: { [key('type')]: 'classic' },
    seed: seedClassic,
  },
  {
    name: 'lbc',
    title: 'AWS Load Balancer Controller',
    annotations: { [key('type')]: 'external', [key('scheme')]: 'internet-facing' },
    seed: seedLbc,
  },
]

async function open({
  annotations,
  seed,
}: Peer): Promise<Stage & { readonly found: ReturnType<typeof seedCcm> }> {
  const stage = await openStage()
  for (const n of [1, 2]) stage.addNode(n)
  const { state } = stage.cluster
  state.create('namespaces', { metadata: { name: 'shop' } })
  const service: ServiceObject = state.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...web, annotations },
    spec: { type: 'LoadBalancer', ports: [{ name: 'web', port: 80, protocol: 'TCP', nodePort: 30_080 }] },
  })
  // Nobody serves this one, and nobody could: it is no concern of taking over.
  state.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'slip', annotations: { [key('scheme')]: 'public' } },
    spec: { type: 'LoadBalancer', ports: [{ name: 'web', port: 80, protocol: 'TCP' }] },
  })
  const instances = [1, 2].map((n) => `i-${n.toString(16).padStart(17, '0')}`)
  return { ...stage, found: seed(stage.cloud, state, service, { instances }) }
}

const writes = ({ cloud }: Stage): readonly string[] =>
  cloud.log.filter(({ mutating }) => mutating).map(({ action }) => action)

const balancers = ({ cloud: { world } }: Stage): readonly string[] => [
  ...world.loadBalancers.list().map(({ arn }) => arn),
  ...world.classicLoadBalancers.list().map(({ name }) => name),
]

const address = ({ cluster }: Stage): string | undefined =>
  cluster.state.get('services', web).status?.loadBalancer?.ingress?.[0]?.hostname?.toLowerCase()

async function until(what: string, controller: Controller, done: () => boolean): Promise<void> {
  const end = Date.now() + 120_000
  while (!done()) {
    if (Date.now() > end) throw new Error(`not within 120 s: ${what}\n${controller.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const isReady = ({ cluster }: Stage, accepted = ''): boolean => {
  const { metadata, status } = cluster.state.get('services', web)
  const condition = status?.conditions?.find(({ type }) => type === 'lb-controller.io/Ready')
  return (
    condition?.status === 'True' &&
    (metadata.annotations?.['lb-controller.io/accepted'] ?? '').includes(accepted)
  )
}

/** Shown, refused, killed in the middle, finished, run, edited, deleted. */
async function walk(peer: Peer): Promise<void> {
  const stage = await open(peer)
  const { cloud, cluster, found } = stage
  try {
    cloud.clearLog()
    const before = cloud.dump()
    const shown = await stage.command(['adopt', ...settings, '--dry-run', '--detailed-exitcode'])
    assert.equal(shown.code, 2, shown.out + shown.err)
    assert.doesNotMatch(shown.out, /shop\/slip/)
    assert.match(shown.out, new RegExp(`shop/web\\n +from ${peer.title}; `))
    assert.ok(shown.out.toLowerCase().includes(found.dns.toLowerCase()), shown.out)

    const unasked = await stage.command(['adopt', ...settings])
    assert.equal(unasked.code, 1, unasked.out + unasked.err)
    assert.match(unasked.err, /nothing was written: nobody can be asked here, say --yes/)
    assert.deepEqual([writes(stage), cloud.dump()], [[], before])

    // Killed when half of the marks are there.
    const half = stage.spawn(['adopt', ...settings, '--yes'])
    let calls = 0
    cloud.onCall = ({ mutating }) => {
      if (!mutating || ++calls < 2) return
      half.process.kill('SIGKILL')
      throw new BrokenConnection('before')
    }
    assert.equal(await half.ended, 'SIGKILL', half.output())
    cloud.onCall = undefined
    // The lease of the dead is waited for, and that is said.
    const finished = await stage.command(['adopt', ...settings, '--yes'])
    assert.equal(finished.code, 0, finished.out + finished.err)
    assert.match(finished.err, /waiting for the lease/)
    assert.match(finished.err, new RegExp(`shop/web is ours, from ${peer.title}`))
    assert.deepEqual(
      writes(stage).filter((action) => action !== 'AddTags' && action !== 'CreateTags'),
      [],
    )

    const again = await stage.command(['adopt', ...settings, '--yes'])
    assert.deepEqual([again.code, again.out], [0, 'Nothing of another controller was found.\n'])

    const controller = stage.start(['--cluster-name', 'demo'])
    await until('the Service is ready', controller, () => isReady(stage))
    assert.deepEqual([balancers(stage), address(stage)], [[found.arn], found.dns.toLowerCase()])
    cluster.state.patch('services', web, { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
    await until('the edit is in place', controller, () => isReady(stage, '10.0.0.0/8'))
    assert.deepEqual([balancers(stage), address(stage)], [[found.arn], found.dns.toLowerCase()])
    cluster.state.delete('services', web)
    await until('it is gone', controller, () => cluster.state.find('services', web) === undefined)
    assert.deepEqual(balancers(stage), [])
  } finally {
    await stage.close()
  }
}

test(
  'adopt: shown, refused, killed in the middle, finished, run, edited, deleted',
  { concurrency: peers.length },
  async (t) => {
    await Promise.all(peers.map((peer) => t.test(`from ${peer.name}`, () => walk(peer))))
  },
)
