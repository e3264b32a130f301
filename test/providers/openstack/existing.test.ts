import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/openstack/blueprint.ts'
import type { OpenStackConfig } from '../../../providers/openstack/config.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import {
  type Asked,
  cloudAfter,
  cluster,
  container,
  facts,
  internal,
  L,
  own,
  planOf,
  titles,
} from './world.ts'

const shapes: readonly {
  readonly name: string
  readonly asked: readonly Asked[]
  readonly config?: Partial<OpenStackConfig>
}[] = [
  { name: 'one port', asked: [{}] },
  { name: 'internal', asked: [{ annotations: { [internal]: 'true' } }] },
  {
    name: 'TLS, ranges and time-outs',
    asked: [
      {
        annotations: { [`${L}default-tls-container-ref`]: container, [`${L}timeout-client-data`]: '1000' },
        spec: { loadBalancerSourceRanges: ['10.0.0.0/8', '192.0.2.0/24'] },
      },
    ],
  },
  {
    name: 'X-Forwarded-For with a connection limit',
    asked: [{ annotations: { [`${L}x-forwarded-for`]: 'true', [`${L}connection-limit`]: '7' } }],
  },
  { name: 'policy Local', asked: [{ spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 } }] },
  {
    name: 'session affinity and PROXY protocol',
    asked: [
      {
        annotations: { [`${L}proxy-protocol`]: 'v2', [`${L}hostname`]: 'shop.example.com' },
        spec: { sessionAffinity: 'ClientIP' },
      },
    ],
  },
  {
    name: 'several protocols',
    asked: [
      {
        spec: {
          ports: [
            { protocol: 'TCP', port: 53, nodePort: 30053 },
            { protocol: 'UDP', port: 53, nodePort: 30054 },
            { protocol: 'SCTP', port: 53, nodePort: 30055 },
          ],
        },
      },
    ],
  },
  {
    name: 'a group of two',
    asked: [
      { name: 'a', annotations: { [`${own}group`]: 'edge' } },
      {
        name: 'b',
        annotations: { [`${own}group`]: 'edge' },
        spec: { ports: [{ port: 81, nodePort: 30081 }] },
      },
    ],
  },
  { name: 'tags of its own', asked: [{ annotations: { [`${own}tags`]: 'team=shop,beta=' } }] },
  {
    name: 'a security group of its own',
    asked: [{ annotations: { [internal]: 'true' } }],
    config: { manageSecurityGroups: true },
  },
]

for (const { name, asked, config } of shapes)
  test(`what was made is recognised: ${name}`, () => {
    const made = planOf(asked, {}, config)
    assert.deepEqual(
      made.problems.filter(({ severity }) => severity === 'error'),
      [],
    )
    const observed = cloudAfter(made.plan)
    assert.ok(observed.length >= 3)
    const again = planOf(asked, { observed }, config)
    assert.deepEqual(
      titles(again.plan).filter((title) => !title.includes(' port ')),
      [],
    )
  })

test('of what goes, the load balancer takes with it what is within', () => {
  const asked: Asked = { annotations: { [`${L}enable-health-monitor`]: 'true' } }
  const observed = cloudAfter(planOf([asked]).plan)
  const without = planOf(
    [{ ...asked, spec: { type: 'LoadBalancer', ports: [{ port: 443, nodePort: 30443 }] } }],
    { observed },
  )
  assert.deepEqual(titles(without.plan), [
    'create health-monitor vip/tcp/443',
    'create listener vip/tcp/443',
    'create pool vip/tcp/443',
    'delete listener vip/tcp/80',
    'delete pool vip/tcp/80',
  ])
})

const edits: readonly { readonly name: string; readonly to: Asked; readonly steps: readonly string[] }[] = [
  {
    name: 'a limit is one update of the listener',
    to: { annotations: { [`${L}connection-limit`]: '7' } },
    steps: ['update listener vip/tcp/80: connection_limit'],
  },
  {
    name: 'another method is one update of the pool',
    to: { annotations: { [`${L}lb-method`]: 'SOURCE_IP' } },
    steps: ['update pool vip/tcp/80: lb_algorithm'],
  },
  {
    name: 'internal gives the floating IP back and keeps the load balancer',
    to: { annotations: { [internal]: 'true' } },
    steps: ['delete floating-ip vip: ', 'update load-balancer vip: description'],
  },
  {
    name: 'another flavor counts at creation only',
    to: { annotations: { [`${L}flavor-id`]: 'big' } },
    steps: [],
  },
]

for (const { name, to, steps } of edits)
  test(`an edit: ${name}`, () => {
    const observed = cloudAfter(planOf([{}]).plan)
    const { plan } = planOf([to], { observed })
    const shown = plan.steps.map(
      ({ action, kind, key, fields = [] }) =>
        `${action} ${kind} ${key}: ${fields.map(({ path }) => path).join(', ')}`,
    )
    assert.deepEqual(shown.toSorted(), steps)
  })

const addresses: readonly {
  readonly name: string
  readonly from: Asked
  readonly steps: readonly string[]
}[] = [
  { name: 'one of ours goes', from: {}, steps: ['delete'] },
  {
    name: 'one that is kept is detached',
    from: { annotations: { [`${L}keep-floatingip`]: 'true' } },
    steps: ['update: remove port'],
  },
  {
    name: 'one that was there before is detached, with our mark',
    from: { spec: { loadBalancerIP: '203.0.113.10' } },
    steps: ['update: remove port, remove service shop/web'],
  },
]

for (const { name, from, steps } of addresses)
  test(`turning internal, no floating IP leads to the load balancer any more: ${name}`, () => {
    const observed = cloudAfter(planOf([from]).plan)
    assert.deepEqual(titles(planOf([from], { observed }).plan), [])
    const { plan } = planOf([{ annotations: { [internal]: 'true' } }], { observed })
    const shown = plan.steps
      .filter(({ kind }) => kind === 'floating-ip')
      .map(({ action, parts = [] }) =>
        [action, parts.map((part) => `${part.action} ${part.key}`).join(', ')]
          .filter((text) => text !== '')
          .join(': '),
      )
    assert.deepEqual(shown, steps)
  })

test('a node that comes is one step for each pool, with the whole set behind it', () => {
  const observed = cloudAfter(planOf([{}]).plan)
  const nodes = ['10.0.1.11', '10.0.1.12', '10.0.1.13'].map((address, index) => ({
    metadata: { name: `node-${index + 1}` },
    status: { addresses: [{ type: 'InternalIP', address }] },
  }))
  const { plan } = planOf([{}], { observed, nodes })
  assert.deepEqual(titles(plan), ['update pool vip/tcp/80'])
  assert.deepEqual(
    plan.steps[0]?.parts?.map(({ key, action }) => `${action} ${key}`),
    ['add 10.0.1.13:30080'],
  )
})

/** As cloud-provider-openstack left it, in a cluster that was called "old" then. */
const theirs = (name: string): JsonObject => ({
  id: 'lb-1',
  name: `kube_service_${name}_shop_web`,
  description: `Kubernetes external service shop/web from cluster ${name}`,
  provider: 'amphora',
  provisioning_status: 'ACTIVE',
  operating_status: 'ONLINE',
  vip_address: '10.0.1.77',
  vip_port_id: 'vip-port',
  vip_subnet_id: 'subnet-nodes',
  tags: [`kube_service_${name}_shop_web`],
  listeners: [
    {
      id: 'listener-1',
      name: `listener_0_kube_service_${name}_shop_web`,
      protocol: 'TCP',
      protocol_port: 80,
      provisioning_status: 'ACTIVE',
      tags: [`kube_service_${name}_shop_web`],
      default_pool_id: 'pool-1',
      pools: [
        {
          id: 'pool-1',
          name: `pool_0_kube_service_${name}_shop_web`,
          protocol: 'TCP',
          lb_algorithm: 'ROUND_ROBIN',
          members: [
            {
              id: 'm-1',
              name: 'node-1',
              address: '10.0.1.11',
              protocol_port: 30080,
              subnet_id: 'subnet-nodes',
            },
          ],
        },
      ],
    },
  ],
})

const seen = (body: JsonObject) => createBlueprint({}).kinds['load-balancer']?.observe?.(body, cluster) ?? []
const named: Asked = { annotations: { [`${L}load-balancer-id`]: 'lb-1' } }

for (const name of ['prod', 'old', 'old_west'])
  test(`adoption: a load balancer made for the Service in cluster ${name} is taken over and renamed in place`, () => {
    const { plan, problems } = planOf([named], { observed: seen({ loadbalancer: theirs(name) }) })
    const former = name === 'prod' ? [] : ['note LB_OPENSTACK_RENAMED']
    assert.deepEqual(
      problems.map(({ severity, code }) => `${severity} ${code}`),
      former,
    )
    assert.deepEqual(
      titles(plan).filter((title) => !title.includes('floating-ip')),
      ['update listener lb-1/tcp/80', 'update load-balancer lb-1', 'update pool lb-1/tcp/80'],
    )
    const balancer = plan.steps.find(({ kind }) => kind === 'load-balancer')
    const renamed = balancer?.fields?.find(({ path }) => path === 'name')
    assert.equal(renamed?.after, name === 'prod' ? undefined : 'kube_service_prod_shop_web')
    const gone = plan.steps.flatMap(({ kind, fields = [] }) =>
      fields.flatMap(({ path, after }) => (after === null ? [`${kind} ${path}`] : [])),
    )
    const mark = `tags.kube_service_${name}_shop_web`
    assert.deepEqual(gone.toSorted(), name === 'prod' ? [] : [`listener ${mark}`, `load-balancer ${mark}`])
    const pool = plan.steps.find(({ kind }) => kind === 'pool')
    assert.deepEqual(
      pool?.parts?.map(({ key }) => key),
      ['10.0.1.12:30080'],
    )
  })

test('adoption: the floating IP that the load balancer has stays its own', () => {
  const floating = { id: 'fip-9', address: '203.0.113.99', networkId: 'net-public', portId: 'vip-port' }
  const { plan } = planOf([named], {
    observed: seen(theirs('prod')),
    facts: { ...facts, floatingIps: [floating] },
  })
  assert.deepEqual(
    titles(plan).filter((title) => title.includes('floating-ip')),
    [],
  )
  const unknown = planOf([named], { observed: seen(theirs('prod')) })
  assert.deepEqual(
    titles(unknown.plan).filter((title) => title.includes('floating-ip')),
    ['create floating-ip vip'],
  )
})

test('adoption: an internal Service is refused while a floating IP of somebody leads to its load balancer', () => {
  const floating = { id: 'fip-9', address: '203.0.113.99', networkId: 'net-public', portId: 'vip-port' }
  const asked: Asked = { annotations: { ...named.annotations, [internal]: 'true' } }
  const { plan, problems } = planOf([asked], {
    observed: seen(theirs('prod')),
    facts: { ...facts, floatingIps: [floating] },
  })
  assert.deepEqual(
    problems.map(({ severity, code, value }) => `${severity} ${code} ${value}`),
    ['error LB_OPENSTACK_FLOATING_IP vip-port'],
  )
  assert.deepEqual(plan.steps, [])
  assert.deepEqual(planOf([asked], { observed: seen(theirs('prod')) }).problems, [])
})

test('adoption: without its id in the annotation a load balancer of the same name is left alone', () => {
  const { plan } = planOf([{}], { observed: seen(theirs('prod')) })
  assert.ok(
    titles(plan).every((title) => title.startsWith('create')),
    titles(plan).join(),
  )
})

test('another cluster of the same name is foreign, also where the annotation names its load balancer', () => {
  const other = 'deadbeef-0000-4000-8000-000000000000'
  const mark = `${own}cluster=${other}`
  const listener = {
    id: 'l-1',
    name: 'listener_0',
    protocol: 'TCP',
    protocol_port: 80,
    tags: ['kube_service_prod_shop_web', mark],
  }
  const body = { ...theirs('prod'), tags: [mark, `${own}service.u=shop/web`], listeners: [listener] }
  const observed = seen(body)
  assert.equal(observed[0]?.body, 'foreign')
  const { plan, problems } = planOf([named], { observed })
  assert.deepEqual(
    problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`),
    ['warning LB_PART_TAKEN spec.ports[0].port', 'note LB_EMULATED spec.type'],
  )
  assert.deepEqual(titles(plan), ['update load-balancer lb-1'])
  assert.deepEqual(plan.steps[0]?.fields ?? [], [])
})

const state = (status: string) => seen({ ...theirs('prod'), provisioning_status: status })[0]?.state

test('a load balancer in ERROR is failed, one that is pending is busy', () => {
  assert.deepEqual(['ACTIVE', 'PENDING_UPDATE', 'ERROR'].map(state), ['ready', 'busy', 'failed'])
})
