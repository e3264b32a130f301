/** What goes wrong around a node proxy, and what packets notice of it. */
import assert from 'node:assert/strict'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { at, machines } from './addresses.ts'
import { eventually, must, sleep } from './command.ts'
import { addressOf, servicePort, sliceOf, type ServiceSketch, type Written } from './objects.ts'
import { comesTo, shot } from './one-shot.ts'
import type { Program } from './program.ts'
import { firstPacketsAgain } from './retransmissions.ts'
import { whySkipped } from './requirements.ts'
import { openRig, type Rig } from './rig.ts'

const skip = await whySkipped()
const here = { pod: 'a', node: 'n1' } as const
const there = { pod: 'b', node: 'n2' } as const
const web: ServiceSketch = { name: 'web', number: 10, endpoints: [here] }
const webAt = { to: addressOf(10, 'load-balancer', 'IPv4'), port: servicePort }
const clockJump = fileURLToPath(new URL('clock-jump.mjs', import.meta.url))

describe('faults around the proxy, nftables', { skip }, () => {
  let rig: Rig
  let proxy: Program
  const inNode = (...command: readonly string[]) =>
    must(['ip', 'netns', 'exec', rig.namespaceOf('n1'), ...command])
  const health = async (path = '/healthz') =>
    (await rig.posts.n1.tell('ask', [{ url: `http://127.0.0.1:10256${path}` }]))[0]?.code
  /** Every connection of the client while `work` goes on must be answered, late or not, and no packet be dropped. */
  const whileServing = async (work: () => Promise<unknown>) => {
    const before = await firstPacketsAgain(rig.namespaceOf('client'))
    const stream = await rig.posts.client.tell('start-stream', {
      shot: { protocol: 'TCP', timeoutMs: 20_000, ...webAt },
      perSecond: 50,
    })
    await work()
    const report = await rig.posts.client.tell('stop-stream', stream)
    assert.deepEqual(report.failedAt, [], JSON.stringify(report))
    assert.ok(report.sent > 0)
    assert.equal(await firstPacketsAgain(rig.namespaceOf('client')), before, 'packets that were dropped')
  }
  /** Rules that are harmed before the proxy can see it let packets by, and are whole again within a sync period. */
  const mends = async (harm: () => Promise<unknown>) => {
    proxy.process.kill('SIGSTOP')
    try {
      await harm()
      assert.match(await shot(rig, 'client', webAt), /^beyond from /)
    } finally {
      proxy.process.kill('SIGCONT')
    }
    await comesTo(rig, 'client', webAt, /^a from /, 15_000)
    // The node never saw the answers to what it let by: for two minutes those connections count as only begun, and a
    // client that takes the port of one again would be let by with it.
    await inNode('conntrack', '-F')
  }
  before(async () => {
    rig = await openRig({ plane: 'nftables', flags: ['--sync-period', '1s'] })
    await rig.cluster.add(web)
    proxy = rig.startProxy('n1')
    await rig.synced(['n1'])
  })
  after(() => rig.close())

  test('the API server is away: what is there keeps serving, and changes follow when it is back', async () => {
    await whileServing(async () => {
      rig.apiServer.process.kill('SIGSTOP')
      try {
        await sleep(6000)
        assert.equal(await health(), 200)
      } finally {
        rig.apiServer.process.kill('SIGCONT')
      }
    })
    await rig.cluster.endpoints({ ...web, endpoints: [there] })
    await comesTo(rig, 'client', webAt, /^b from /, 40_000)
    await rig.cluster.endpoints(web)
    await comesTo(rig, 'client', webAt, /^a from /)
  })

  test('restarted while the API server is away: rules stay until there are lists', async () => {
    await whileServing(async () => {
      await proxy.end()
      rig.apiServer.process.kill('SIGSTOP')
      try {
        proxy = rig.startProxy('n1')
        await sleep(4000)
      } finally {
        rig.apiServer.process.kill('SIGCONT')
      }
      await rig.synced(['n1'])
    })
  })

  test('killed and started again: packets do not notice', async () => {
    await whileServing(async () => {
      await proxy.end('SIGKILL')
      proxy = rig.startProxy('n1')
      await rig.synced(['n1'])
    })
  })

  test('somebody removes the rules: they are back within a sync period', async () => {
    await mends(() => inNode('nft', 'flush', 'ruleset'))
  })

  test('somebody takes one element away: it is back within a sync period', async () => {
    // It is at rest: nothing is written that the test before made necessary.
    await rig.synced(['n1'])
    await mends(async () => {
      const maps = await inNode('nft', '-t', 'list', 'maps', 'ip')
      const map = /services-g\d+/.exec(maps)?.[0] ?? ''
      const element = `delete element ip lb-controller-node-proxy ${map} { ${webAt.to} . tcp . ${webAt.port} }`
      await inNode('nft', element)
    })
  })

  test('nft is missing for a while: what is there serves, and changes follow when it is back', async (t) => {
    await proxy.end()
    const nft = await strangeNft(t)
    proxy = rig.startProxy('n1', [], ['env', `PATH=${nft.folder}`])
    await rig.synced(['n1'])
    await whileServing(async () => {
      await nft.say('missing')
      // One was started ahead of what it would be given, and takes the first change.
      for (const pod of [there, here, there]) {
        await rig.cluster.endpoints({ ...web, endpoints: [pod] })
        await sleep(300)
      }
      await eventually('the log tells', () => proxy.output().includes('writing failed'), 30_000, proxy.output)
      await nft.say('')
      await comesTo(rig, 'client', webAt, /^b from /, 30_000)
    })
    await rig.cluster.endpoints(web)
    await comesTo(rig, 'client', webAt, /^a from /)
  })

  test('killed after any call of nft at its start: packets do not notice, and nothing is left', async (t) => {
    await proxy.end('SIGKILL')
    const nft = await strangeNft(t)
    const start = () => rig.startProxy('n1', [], ['env', `PATH=${nft.folder}`])
    await whileServing(async () => {
      for (let call = 1; call <= 12; call++) {
        await nft.say(`${call}`)
        assert.equal(await start().ended, 'SIGKILL')
      }
      await nft.say('')
      proxy = start()
      await rig.synced(['n1'])
    })
    const listing = await inNode('nft', '-t', 'list', 'chains')
    const generations = new Set([...listing.matchAll(/^\tchain \S+-g(\d+) \{/gm)].map(([, n]) => n))
    assert.ok(generations.size <= 2, `one for each family, and not ${[...generations].join()}`)
  })

  test('the clock jumps by a day, back and forth: nothing but dates change', async () => {
    await proxy.end()
    proxy = rig.startProxy('n1', [], ['env', `NODE_OPTIONS=--import=${clockJump}`])
    await rig.synced(['n1'])
    for (const pod of [there, here]) {
      await whileServing(async () => {
        proxy.process.kill('SIGUSR2')
        await sleep(2500)
        assert.equal(await health(), 200)
      })
      await rig.cluster.endpoints({ ...web, endpoints: [pod] })
      await comesTo(rig, 'client', webAt, new RegExp(`^${pod.pod} from `), 15_000)
    }
  })

  test('the port of a health check is taken: an event says so, and it is served when it is free', async () => {
    const port = 32_100
    const address = at('lan', machines.n1[0], 'IPv4')
    await rig.posts.n1.tell('serve', [{ pod: 'squatter', address, port }])
    const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: port }
    await rig.cluster.add({ name: 'local', number: 11, endpoints: [here], spec: local })
    const event = await eventually('an event tells', async () =>
      (await rig.cluster.list('events')).find(({ reason }) => reason === 'FailedToStartServiceHealthcheck'),
    )
    assert.match(String(event['message']), /default\/local.*32100/)
    await rig.posts.n1.tell('silence', { pod: 'squatter' })
    const url = `http://${address}:${port}/healthz`
    const code = () =>
      rig.posts.client.tell('ask', [{ url }]).then(
        ([report]) => report?.code,
        () => undefined,
      )
    await eventually('the health check answers', async () => (await code()) === 200)
    await rig.cluster.endpoints({ name: 'local', number: 11, endpoints: [there] })
    await eventually('the health check refuses', async () => (await code()) === 503)
    await rig.cluster.drop('local')
  })

  test('addresses of the other family, padded ones and rubbish stop nothing', async () => {
    const slice = sliceOf('web', 'IPv4', [])
    const addresses = ['2001:db8:244:1::11', 'rubbish', '', '010.244.001.012', '10.244.1.300']
    await rig.cluster.replace('endpointslices', { ...slice, endpoints: addresses.map(bareEndpoint) })
    await comesTo(rig, 'client', webAt, /^c from /)
    await rig.cluster.endpoints(web)
    await comesTo(rig, 'client', webAt, /^a from /)
  })

  test('5,000 endpoints of one Service all serve, and go again', async () => {
    await farm(rig)
    const slices = Array.from({ length: 5 }, (_, n) => farmSlice(n, 1000))
    for (const slice of slices) await rig.cluster.create('endpointslices', slice)
    await rig.cluster.remove('endpointslices', 'web-ipv4')
    await comesTo(rig, 'client', webAt, /^farm from /)
    await rig.synced(['n1'])
    const burst = {
      shot: { protocol: 'TCP', timeoutMs: 20_000, ...webAt } as const,
      count: 3000,
      parallel: 32,
    }
    const tally = await rig.posts.client.tell('burst', burst)
    const wanted = { [`farm from ${at('lan', machines.n1[0], 'IPv4')}`]: 3000 }
    assert.deepEqual(tally, wanted, `${JSON.stringify(tally)}\n${proxy.output()}`)
    await rig.cluster.create('endpointslices', sliceOf('web', 'IPv4', [here]))
    for (const { metadata } of slices) await rig.cluster.remove('endpointslices', metadata.name)
    await comesTo(rig, 'client', webAt, /^a from /)
    await rig.synced(['n1'])
  })

  test('NET_ADMIN is all that uid 0 needs', async () => {
    await proxy.end()
    await inNode('nft', 'flush', 'ruleset')
    const bare = ['setpriv', '--bounding-set', '-all,+net_admin', '--inh-caps', '-all', '--no-new-privs']
    proxy = rig.startProxy('n1', [], bare)
    await rig.synced(['n1'])
    assert.match(await shot(rig, 'client', webAt), /^a from /)
  })

  test('--cleanup removes all that is ours and nothing else', async () => {
    await inNode('nft', 'add table inet foreign { chain c { counter; }; }')
    await proxy.end()
    assert.match(await shot(rig, 'client', webAt), /^a from /, 'the rules outlive the process')
    await inNode(...rig.command('n1', ['--cleanup']))
    assert.equal((await inNode('nft', 'list', 'tables')).trim(), 'table inet foreign')
    assert.match(await shot(rig, 'client', webAt), /^beyond from /)
    await inNode('nft', 'delete', 'table', 'inet', 'foreign')
  })

  const lacks: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no nft program', ['env', 'PATH=/nowhere'], /nft/],
    [
      'no NET_ADMIN',
      ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin'],
      /NET_ADMIN|permitted/,
    ],
  ]
  for (const [name, wrapper, says] of lacks) {
    test(`${name}: --data-plane nftables ends, and says what is missing`, async () => {
      const refused = rig.startProxy('n1', [], wrapper)
      assert.equal(await refused.ended, 1)
      assert.match(refused.output(), says)
      assert.match(refused.output(), /hint/)
    })

    test(`${name}: --data-plane auto goes on in userspace, and says so`, async () => {
      const auto = rig.startProxy('n1', ['--data-plane', 'auto'], wrapper)
      await comesTo(rig, 'client', { to: at('lan', machines.n1[0], 'IPv4'), port: 30_010 }, /^a from /)
      await eventually('it says so', () => /plane=userspace/.test(auto.output()), undefined, auto.output)
      assert.match(auto.output(), says)
      await auto.end()
    })
  }
})

/** A program nft that can be missing, or end who called it after its Nth call. */
async function strangeNft(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'lb-packets-nft-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const count = join(folder, 'count')
  const file = join(folder, 'nft')
  const script = (last: string) => `#!/bin/sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin
echo >> ${count}
n=$(wc -l < ${count})
nft "$@"
code=$?
[ $n -lt ${last} ] || kill -9 $PPID
exit $code
`
  const say = async (what: string) => {
    await writeFile(count, '')
    // Without its interpreter a script cannot be started, as if it were not there.
    // A file of its own, then renamed: one that is being started cannot be written to.
    const next = `${file}.next`
    await writeFile(next, what === 'missing' ? '#!/nowhere/at/all\n' : script(what === '' ? '999999' : what))
    await chmod(next, 0o755)
    await rename(next, file)
  }
  await say('')
  return { folder, say }
}

const bareEndpoint = (address: string) => ({ addresses: [address], conditions: {}, nodeName: 'n1' })

/** A range of addresses on node 2, each of which answers. */
async function farm(rig: Rig): Promise<void> {
  const range = '10.250.0.0/16'
  await must([
    'ip',
    '-n',
    rig.namespaceOf('n1'),
    'route',
    'add',
    range,
    'via',
    at('lan', machines.n2[0], 'IPv4'),
  ])
  await must(['ip', '-n', rig.namespaceOf('n2'), 'route', 'add', range, 'via', at('p2', 11, 'IPv4')])
  await must(['ip', '-n', rig.namespaceOf('p2'), 'route', 'add', 'local', range, 'dev', 'lo'])
  await rig.posts.p2.tell('serve', [{ pod: 'farm', address: '0.0.0.0', port: 8090 }])
}

const farmSlice = (n: number, size: number): Written => ({
  ...sliceOf('web', 'IPv4', []),
  metadata: { name: `farm-${n}`, namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  ports: [
    { name: 'over-tcp', protocol: 'TCP', port: 8090 },
    { name: 'over-udp', protocol: 'UDP', port: 8090 },
  ],
  endpoints: Array.from({ length: size }, (_, k) => ({
    addresses: [`10.250.${n * 4 + Math.floor(k / 250)}.${(k % 250) + 1}`],
    conditions: {},
    nodeName: 'n2',
  })),
})
