import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AzureConfig } from '../../../providers/azure/config.ts'
import { Arm } from './described.ts'
import { shown } from './shown.ts'
import { type Asked, azure, beta, inside, planOf, service, tcp } from './world.ts'

const a = (annotations: Readonly<Record<string, string>>): Asked => ({ annotations })
const key = (name: string, value = 'true') => ({ [`${azure}${name}`]: value })
const given = key('pip-name', 'shop-ip')
const dual = { spec: { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' } }
const local = { spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 } }
const ranges = (...list: readonly string[]) => ({ spec: { loadBalancerSourceRanges: list } })
const link = { ...inside, ...key('pls-create') }
const fixed = { ...inside, ...key('load-balancer-ipv4', '10.0.1.200') }
const several = { loadBalancers: [{ name: 'kubernetes' }, { name: 'back' }] }

const two = { spec: { ports: [tcp(80), tcp(443)] } }

/** Both ways. */
const leave = { 'lb-controller.io/allow-outage': 'true' }

const pairs: readonly (readonly [string, Asked, Asked, Partial<AzureConfig>?])[] = [
  ['public and internal', {}, a(inside)],
  ['floating IP', {}, a(key('disable-load-balancer-floating-ip'))],
  ['an internal address that is pinned', a(inside), a(fixed)],
  ['an address by name', {}, a(given)],
  ['dual stack', {}, dual],
  ['internal dual stack', a(inside), { ...a(inside), ...dual }],
  [
    'high availability ports',
    a(inside),
    a({ ...inside, ...key('load-balancer-enable-high-availability-ports') }),
  ],
  ['a Private Link Service', a(inside), a(link)],
  ['a Private Link Service of another frontend', a(link), a({ ...link, ...fixed })],
  ['a Private Link Service that is named', a(link), a({ ...link, ...key('pls-name', 'shop') })],
  ['policy Local', {}, local],
  ['source ranges', {}, ranges('10.0.0.0/8')],
  ['source ranges in part', ranges('10.0.0.0/8', '192.0.2.0/24'), ranges('10.0.0.0/8')],
  [
    'deny-all',
    ranges('10.0.0.0/8'),
    { ...ranges('10.0.0.0/8'), ...a(key('deny-all-except-load-balancer-source-ranges')) },
  ],
  ['no probe', {}, a({ [`${beta}port_80_no_probe_rule`]: 'true' })],
  ['no rule', two, { ...two, ...a({ [`${beta}port_80_no_lb_rule`]: 'true' }) }],
  ['an HTTP probe', {}, a(key('load-balancer-health-probe-protocol', 'Http'))],
  ['no TCP reset', {}, a(key('load-balancer-disable-tcp-reset'))],
  ['an idle timeout', {}, a(key('load-balancer-tcp-idle-timeout', '30'))],
  ['a DNS label', {}, a(key('dns-label-name', 'shop'))],
  ['tags', {}, a(key('pip-tags', 'team=shop'))],
  [
    'a prefix',
    {},
    a(
      key(
        'pip-prefix-id',
        '/subscriptions/s/resourceGroups/shop/providers/Microsoft.Network/publicIPPrefixes/p',
      ),
    ),
  ],
  ['a subnet', a(inside), a({ ...inside, ...key('load-balancer-internal-subnet', 'closed') })],
  ['no security rules', {}, a(key('disable-load-balancer-nsg-rule'))],
  ['UDP', { spec: { ports: [tcp(53)] } }, { spec: { ports: [tcp(53, { protocol: 'UDP' })] } }],
  ['another port', {}, two],
  [
    'another load balancer',
    a({ ...key('load-balancer-configurations', 'kubernetes'), ...leave }),
    a({ ...key('load-balancer-configurations', 'back'), ...leave }),
    several,
  ],
  ['a pool of its own', a(inside), { ...a(inside), ...local }, several],
]

/** What comes before what, where that matters. */
const orders: Readonly<Record<string, readonly string[]>> = {
  'public and internal: there': [
    'create load-balancer kubernetes-internal: add frontend/a1, add probe/a1-TCP-80, add rule/a1/Tcp/80',
    'create backend-pool kubernetes-internal/kubernetes',
    'delete load-balancer kubernetes',
    'delete public-ip kubernetes-a0000000122224333844455555555555: hold',
    'update security-group nodes: remove k8s-azure-lb_allow_IPv4 [203.0.113.100]>[]',
  ],
  'public and internal: back': [
    'create public-ip kubernetes-a0000000122224333844455555555555',
    'create load-balancer kubernetes: add frontend/a1, add probe/a1-TCP-80, add rule/a1/Tcp/80',
    'update security-group nodes: add k8s-azure-lb_allow_IPv4 []>[<address>]',
    'create backend-pool kubernetes/kubernetes',
    'delete load-balancer kubernetes-internal',
  ],
  'an address by name: there': [
    'update load-balancer kubernetes: add frontend/ip-203-0-113-10, add rule/ip-203-0-113-10/Tcp/80',
    'update security-group nodes: change k8s-azure-lb_allow_IPv4 [203.0.113.100]>[203.0.113.10 203.0.113.100]',
    'delete public-ip kubernetes-a0000000122224333844455555555555: hold',
    'update load-balancer kubernetes: remove frontend/a1, remove rule/a1/Tcp/80',
    'update security-group nodes: change k8s-azure-lb_allow_IPv4 [203.0.113.10 203.0.113.100]>[203.0.113.10]',
  ],
  'an address by name: back': [
    'create public-ip kubernetes-a0000000122224333844455555555555',
    'update load-balancer kubernetes: add frontend/a1, add rule/a1/Tcp/80',
    'update security-group nodes: change k8s-azure-lb_allow_IPv4 [203.0.113.10]>[203.0.113.10 <address>]',
    'update load-balancer kubernetes: remove frontend/ip-203-0-113-10, remove rule/ip-203-0-113-10/Tcp/80',
    'update security-group nodes: change k8s-azure-lb_allow_IPv4 [203.0.113.10 <address>]>[<address>]',
  ],
  'dual stack: back': [
    'delete backend-pool kubernetes/kubernetes-IPv6: hold',
    'delete public-ip kubernetes-a0000000122224333844455555555555-IPv6: hold',
    'update load-balancer kubernetes: remove frontend/a1-IPv6, remove probe/a1-TCP-80-IPv6, remove rule/a1-IPv6/Tcp/80',
    'update security-group nodes: remove k8s-azure-lb_allow_IPv6 [2001:db8:1::101]>[]',
  ],
  'high availability ports: there': [
    'update load-balancer kubernetes-internal: change frontend/a1, add rule/a1/All/0',
    'update load-balancer kubernetes-internal: remove rule/a1/Tcp/80',
  ],
  'a Private Link Service of another frontend: there': [
    'update load-balancer kubernetes-internal: add frontend/ip-10-0-1-200, add rule/ip-10-0-1-200/Tcp/80',
    'create private-link-service pls-ip-10-0-1-200',
    'delete private-link-service pls-a0000000122224333844455555555555',
    'update load-balancer kubernetes-internal: remove frontend/a1, remove rule/a1/Tcp/80',
  ],
  'source ranges: there': [
    'update security-group nodes: add k8s-azure-lb_allow_IPv4 []>[203.0.113.100]',
    'update security-group nodes: remove k8s-azure-lb_allow_IPv4 [203.0.113.100]>[]',
  ],
  'no probe: there': [
    'update load-balancer kubernetes: change rule/a1/Tcp/80',
    'update load-balancer kubernetes: remove probe/a1-TCP-80',
  ],
  'another load balancer: there': [
    'delete load-balancer kubernetes: outage',
    'create load-balancer back: add frontend/a1, add probe/a1-TCP-80, add rule/a1/Tcp/80',
    'create backend-pool back/kubernetes',
  ],
  'a prefix: there': [
    'create public-ip kubernetes-a0000000122224333844455555555555-p',
    'update load-balancer kubernetes: change frontend/a1',
    'update security-group nodes: change k8s-azure-lb_allow_IPv4 [203.0.113.100]>[203.0.113.100 <address>]',
    'delete public-ip kubernetes-a0000000122224333844455555555555: hold',
    'update security-group nodes: change k8s-azure-lb_allow_IPv4 [203.0.113.100 <address>]>[<address>]',
  ],
}

for (const [name, one, other, config] of pairs)
  for (const [way, from, to] of [
    ['there', one, other],
    ['back', other, one],
  ] as const)
    test(`${name}: ${way}`, () => {
      const arm = new Arm()
      arm.give('shop-ip', '203.0.113.10')
      const look = (asked: Asked) => {
        const found = planOf([service(asked)], { observed: arm.observe() }, config)
        assert.deepEqual(
          found.problems.filter(({ severity }) => severity === 'error'),
          [],
        )
        return found.plan
      }
      arm.apply(look(from).steps)
      assert.deepEqual(shown(look(from)), [])
      const plan = look(to)
      const wanted = orders[`${name}: ${way}`]
      if (wanted !== undefined) assert.deepEqual(shown(plan), wanted)
      arm.apply(plan.steps)
      arm.apply(look(to).steps)
      assert.deepEqual(shown(look(to)), [])
    })
