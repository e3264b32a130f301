/** What each setting of the proxy means to a packet, and which addresses answer nothing. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  at,
  families,
  gateway,
  machines,
  addressOfPod,
  asker,
  podNamed,
  type Family,
  type Space,
} from './addresses.ts'
import { eventually, must } from './command.ts'
import type { To } from './contract.ts'
import { addressOf, portOf, servicePort, type ServiceSketch } from './objects.ts'
import { comesTo, shot } from './one-shot.ts'
import type { Protocol } from './orders.ts'
import type { Program } from './program.ts'
import { whySkipped } from './requirements.ts'
import { openRig, type Rig } from './rig.ts'

const skip = await whySkipped()
const a = { pod: 'a', node: 'n1' } as const
const b = { pod: 'b', node: 'n2' } as const

const web: ServiceSketch = { name: 'web', number: 10, endpoints: [a] }
/** Policy Local with nobody here: what counts as near decides. */
const far: ServiceSketch = {
  name: 'far',
  number: 11,
  endpoints: [b],
  spec: { externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local' },
}
const behindProxy: ServiceSketch = {
  name: 'behind-proxy',
  number: 12,
  endpoints: [a],
  ingress: families.map((family) => ({ ip: addressOf(12, 'load-balancer', family), ipMode: 'Proxy' })),
}
const overTcp: ServiceSketch = { name: 'over-tcp', number: 13, endpoints: [a], protocols: ['TCP'] }
const inside: ServiceSketch = {
  name: 'inside',
  number: 14,
  endpoints: [a],
  protocols: ['TCP'],
  ingress: [],
  spec: { type: 'ClusterIP', ports: [{ name: 'over-tcp', protocol: 'TCP', port: servicePort }] },
}
const foreign: ServiceSketch = {
  name: 'foreign',
  number: 15,
  endpoints: [a],
  metadata: { labels: { 'service.kubernetes.io/service-proxy-name': 'other' } },
}

type Wanted = (family: Family) => string
const text =
  (wanted: string): Wanted =>
  () =>
    wanted
const from =
  (pod: string, seen: (family: Family) => string): Wanted =>
  (family) =>
    `${pod} from ${seen(family)}`
const client = (family: Family) => at('lan', 21, family)
const ofAsker = (family: Family) => addressOfPod(asker, family)
const node = (family: Family) => gateway('p1', family)
const loopback = (family: Family) => (family === 'IPv4' ? '127.0.0.1' : '::1')

interface Line {
  readonly from: Space
  readonly to: (family: Family) => string
  readonly port: number
  readonly comes: Wanted
  /** Sends from this address. */
  readonly as?: (family: Family) => string
  readonly protocols?: readonly Protocol[]
  /** This comes a moment after the rules that serve the canary. */
  readonly late?: true
}

interface Row {
  readonly name: string
  readonly flags: readonly string[]
  readonly lines: readonly Line[]
}

const line = (
  space: Space,
  { number }: ServiceSketch,
  to: To,
  comes: Wanted | string,
  more: Partial<Line> & { readonly host?: number } = {},
): Line => ({
  from: space,
  to: (family) => addressOf(number, to, family, more.host),
  port: portOf(number, to),
  comes: typeof comes === 'string' ? text(comes) : comes,
  ...more,
})

const [primary, other] = machines.n1
const ofNode = (family: Family) => at('lan', primary, family)
const senders = [
  ['client', client],
  ['q1', ofAsker],
  ['n1', ofNode],
] as const
const both = '192.0.2.111/32,2001:db8:1::111/128'

const rows: readonly Row[] = [
  {
    name: 'no settings',
    flags: [],
    lines: senders.flatMap(([sender, own]) => [
      line(sender, web, 'cluster', 'refused', { port: servicePort + 1 }),
      line(sender, overTcp, 'cluster', 'refused', { protocols: ['UDP'] }),
      // Which addresses are for Services a cluster may or may not tell: nothing waits for that.
      line(sender, { ...web, number: 99 }, 'cluster', 'silence', { late: true }),
      line(sender, foreign, 'load-balancer', from('beyond', own)),
      line(sender, web, 'node-port', 'refused', { host: other }),
      line(sender, behindProxy, 'load-balancer', from('beyond', own)),
      line(sender, behindProxy, 'cluster', from('a', sender === 'q1' ? own : node)),
    ]),
  },
  {
    name: '--nodeport-addresses all',
    flags: ['--nodeport-addresses', 'all'],
    lines: [
      line('client', web, 'node-port', from('a', node), { host: primary }),
      line('client', web, 'node-port', from('a', node), { host: other }),
      line('n1', web, 'node-port', 'refused', { to: loopback }),
    ],
  },
  {
    name: '--nodeport-addresses with a range of each family',
    flags: ['--nodeport-addresses', both],
    lines: [
      line('client', web, 'node-port', 'refused', { host: primary }),
      line('client', web, 'node-port', from('a', node), { host: other }),
    ],
  },
  {
    name: '--nodeport-addresses primary,localhost',
    flags: ['--nodeport-addresses', 'primary,localhost'],
    lines: [
      line('client', web, 'node-port', from('a', node), { host: primary }),
      // Served by the process itself, which listens when the rules are written.
      line('n1', web, 'node-port', from('a', node), { to: loopback, protocols: ['TCP'], late: true }),
      line('n1', web, 'node-port', 'refused', { to: loopback, protocols: ['UDP'] }),
      line('n1', far, 'node-port', 'refused', { to: loopback, protocols: ['TCP'] }),
    ],
  },
  {
    name: '--service-proxy-name',
    flags: ['--service-proxy-name', 'other'],
    lines: [
      line('client', foreign, 'cluster', from('a', node)),
      line('client', foreign, 'load-balancer', from('a', node)),
      line('client', foreign, 'node-port', from('a', node)),
      line('client', web, 'load-balancer', from('beyond', client)),
      line('client', web, 'node-port', 'refused'),
      line('client', web, 'cluster', from('beyond', client)),
      line('client', { ...web, number: 99 }, 'cluster', from('beyond', client)),
    ],
  },
  {
    name: '--masquerade-all',
    flags: ['--masquerade-all'],
    lines: [line('q1', web, 'cluster', from('a', node))],
  },
  {
    name: '--detect-local none',
    flags: ['--detect-local', 'none'],
    lines: [
      line('client', web, 'cluster', from('a', client)),
      line('q1', far, 'load-balancer', 'silence'),
      line('n1', far, 'load-balancer', from('b', ofNode)),
    ],
  },
  {
    name: '--cluster-cidr',
    flags: ['--cluster-cidr', '10.244.0.0/16,2001:db8:244::/48'],
    lines: [
      // An endpoint that meets itself by way of another node.
      line('p2', far, 'node-port', from('b', ofNode), {
        as: (family) => addressOfPod(podNamed('b'), family),
      }),
      line('client', far, 'node-port', 'silence'),
      line('q1', far, 'node-port', from('b', ofAsker)),
    ],
  },
  {
    name: '--detect-local interface:q',
    flags: ['--detect-local', 'interface:q'],
    lines: [
      line('q1', far, 'load-balancer', from('b', ofAsker)),
      line('p1', far, 'load-balancer', 'silence'),
    ],
  },
  {
    name: '--ignore-external-ips',
    flags: ['--ignore-external-ips'],
    lines: [
      line('client', web, 'external', from('beyond', client)),
      line('client', web, 'load-balancer', from('a', node)),
    ],
  },
  {
    name: '--only-load-balancer',
    flags: ['--only-load-balancer'],
    lines: [
      line('client', web, 'load-balancer', from('a', node)),
      line('client', web, 'node-port', from('a', node)),
      line('client', web, 'cluster', from('beyond', client)),
      line('client', inside, 'cluster', from('beyond', client), { protocols: ['TCP'] }),
    ],
  },
]

/** No two follow each other: what the one before served has to end first. */
const canaryless = ['--only-load-balancer', '--service-proxy-name']

describe('settings, nftables', { skip }, () => {
  let rig: Rig
  let proxy: Program | undefined
  before(async () => {
    rig = await openRig({ plane: 'nftables' })
    await rig.cluster.add(web, far, behindProxy, overTcp, inside, foreign)
  })
  after(() => rig.close())

  for (const { name, flags, lines } of rows)
    test(name, async () => {
      await proxy?.end()
      // A client that takes a port again would share the fate of what went there before.
      await must(['ip', 'netns', 'exec', rig.namespaceOf('n1'), 'conntrack', '-F'])
      proxy = rig.startProxy('n1', flags)
      // A canary has a cluster address and no label, which these do not serve.
      if (!flags.some((flag) => canaryless.includes(flag))) await rig.synced(['n1'])
      else
        for (const family of families)
          await comesTo(
            rig,
            'client',
            { to: addressOf(14, 'cluster', family), port: servicePort },
            /^beyond /,
          )
      for (const { from: space, to, port, comes } of lines.filter(({ late }) => late))
        for (const family of families) {
          const wanted = comes(family)
          const timeoutMs = wanted === 'silence' ? 400 : 5_000
          await eventually(
            `${space} to ${to(family)}:${port} comes to ${wanted}`,
            async () => (await shot(rig, space, { to: to(family), port, timeoutMs })) === wanted,
          )
        }
      // What was let by until then must not lead later packets of the same ports.
      await must(['ip', 'netns', 'exec', rig.namespaceOf('n1'), 'conntrack', '-F'])
      const found = await Promise.all(
        lines.flatMap(({ protocols = ['TCP', 'UDP'], ...one }) =>
          protocols.flatMap((protocol) =>
            families.map(async (family) => {
              const wanted = one.comes(family)
              const source = one.as === undefined ? {} : { from: one.as(family) }
              const timeoutMs = wanted === 'silence' ? 400 : 20_000
              const came = await shot(rig, one.from, {
                protocol,
                to: one.to(family),
                port: one.port,
                timeoutMs,
                ...source,
              })
              return came === wanted
                ? []
                : [`${one.from} to ${one.to(family)}:${one.port} ${protocol}: ${came}, not ${wanted}`]
            }),
          ),
        ),
      )
      assert.deepEqual(found.flat(), [])
    })
})
