import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startServer } from '../../localstack/kubernetes/server.ts'
import { invoke } from './invoke.ts'

const objects = {
  service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort: 30_080 }],
    },
  },
  slice: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['10.244.1.5'], conditions: { ready: true }, nodeName: 'node-1' },
      { addresses: ['10.244.2.5'], conditions: { ready: true }, nodeName: 'node-2' },
    ],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  },
  node: {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1' },
    spec: { podCIDRs: ['10.244.1.0/24'] },
    status: { addresses: [{ type: 'InternalIP', address: '192.0.2.11' }] },
  },
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lb-node-proxy-'))
  try {
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Bad {
  readonly name: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly says: readonly RegExp[]
}

const bad: readonly Bad[] = [
  {
    name: 'a data plane that is none',
    args: ['--data-plane', 'iptables'],
    says: [
      /--data-plane LB_CONFIG error: dataPlane cannot be "iptables"/,
      /accepted: auto or nftables or userspace/,
    ],
  },
  {
    name: 'a node port address that is no range, in a variable',
    env: { LB_CONTROLLER_NODE_PROXY_NODEPORT_ADDRESSES: '192.0.2.0/24,eth0' },
    says: [/LB_CONTROLLER_NODE_PROXY_NODEPORT_ADDRESSES LB_CONFIG/, /primary, all, localhost or ranges/],
  },
  {
    name: 'an address where a range is asked for',
    args: ['--cluster-cidr', '10.244.0.1'],
    says: [/clusterCidr cannot be "10.244.0.1"/, /ranges such as 10.244.0.0\/16/],
  },
  {
    name: 'cluster-cidr without its range',
    args: ['--detect-local', 'cluster-cidr'],
    says: [/clusterCidr is not given/, /hint: say --cluster-cidr 10.244.0.0\/16/],
  },
  {
    name: 'an interface without its prefix',
    args: ['--detect-local', 'interface'],
    says: [/accepted: node-cidr, cluster-cidr, interface:PREFIX/],
  },
  {
    name: 'an interface prefix that would end its quotes in a rule',
    args: ['--detect-local', 'interface:a"}accept'],
    says: [/detectLocal cannot be "interface:a/, /letters, digits, "-", "_", "\." and "@", 15 at most/],
  },
  {
    name: 'a proxy name that no label can have, in a variable',
    env: { LB_CONTROLLER_NODE_PROXY_SERVICE_PROXY_NAME: 'mine,other' },
    says: [/LB_CONTROLLER_NODE_PROXY_SERVICE_PROXY_NAME LB_CONFIG/, /the value of a label: at most 63/],
  },
  {
    name: 'a health address without a port',
    args: ['--health-address', '0.0.0.0'],
    says: [/healthAddress cannot be "0.0.0.0"/, /accepted: host:port or :port, or off/],
  },
  {
    name: 'a health port that no address has',
    args: ['--health-address', ':99999'],
    says: [
      /healthAddress cannot be ":99999"/,
      /accepted: host:port or :port, or off; a port is at most 65535/,
    ],
  },
  {
    name: 'an address of metrics that is none',
    args: ['--metrics-address', '300.1.1.1:80'],
    says: [/metricsAddress cannot be "300.1.1.1:80"/],
  },
  {
    name: 'files without a Service to explain',
    args: ['-f', 'all.yaml'],
    says: [/option '-f, --filename <FILE...>' goes with --explain/],
  },
  {
    name: 'an output format of what prints nothing',
    args: ['--cleanup', '-o', 'json'],
    says: [/option '-o, --output <FORMAT>' goes with --explain/],
  },
  {
    name: 'to explain and to remove at once',
    args: ['--explain', 'svc/web', '--cleanup'],
    says: [/option '--cleanup' cannot be used with option '--explain/],
  },
  {
    name: 'a bit that the mark has not',
    args: ['--masquerade-bit', '32'],
    says: [/masqueradeBit cannot be "32"/, /from 0 to 31/],
  },
  {
    name: 'a period without a unit',
    args: ['--sync-period', '30'],
    says: [/syncPeriod cannot be "30"/, /a duration such as 30s, at least 1s/],
  },
  {
    name: 'a kubeconfig that is not there',
    args: ['--kubeconfig', 'no/such/file'],
    says: [/the cluster cannot be reached: .*no\/such\/file/],
  },
]
for (const { name, args = [], env = {}, says } of bad)
  test(`node-proxy refuses ${name}`, async () => {
    const { code, err } = await invoke(['node-proxy', ...args], { env })
    assert.equal(code, 1, err)
    for (const text of says) assert.match(err, text)
  })

test('a setting of the controller is none of the node proxy, and is named with its line', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'config.yaml')
    writeFileSync(file, 'dataPlane: auto\nprovider: aws\n')
    const { code, err } = await invoke(['node-proxy', '--config', file])
    assert.equal(code, 1)
    assert.match(err, /config\.yaml:2:1 LB_CONFIG_UNKNOWN error: there is no setting provider/)
    assert.match(err, /lb-controller node-proxy --help/)
  }))

for (const command of ['node-proxy', 'run'])
  test(`${command} --config with a folder says so, and takes no file out of it`, () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'other.yaml'), 'cluster: 7\n')
      const { code, err } = await invoke([command, '--config', folder])
      assert.equal(code, 1)
      assert.match(err, /LB_FILE_UNREADABLE error: this is a folder, and one file is asked for/)
      assert.doesNotMatch(err, /other\.yaml/)
    }))

const wanted = [
  /Service shop\/web on node node-1, data plane nftables/,
  /node-port 192\.0\.2\.11:30080\/TCP \(http\)\n {2}from outside {4}-> 10\.244\.1\.5:8080 .*externalTrafficPolicy Local/,
  /from a pod {6}-> 10\.244\.1\.5:8080, 10\.244\.2\.5:8080/,
]

const absent: readonly {
  readonly name: string
  readonly asked: readonly [string, string]
  readonly says: RegExp
}[] = [
  {
    name: 'in another namespace',
    asked: ['svc/web', 'default'],
    says: /there is no Service web in namespace default: namespace shop has one, say -n shop/,
  },
  {
    name: 'a slip in the name',
    asked: ['svc/wbe', 'shop'],
    says: /there is no Service wbe in namespace shop: did you mean svc\/web\?/,
  },
  {
    name: 'nothing like it',
    asked: ['svc/checkout', 'shop'],
    says: /there is no Service checkout in namespace shop: the files hold shop\/web/,
  },
]

test('explain reads files, and needs no cluster', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'all.json')
    const items = [objects.slice, objects.node]
    const spec = { ...objects.service.spec, clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] }
    const write = (service: object) =>
      writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...items, service] }))
    write({ ...objects.service, spec })
    const args = ['node-proxy', '--explain', 'svc/web', '-f', file, '--node-name', 'node-1']
    const { code, out, err } = await invoke([...args, '-n', 'shop'])
    assert.equal(code, 0, err)
    for (const text of wanted) assert.match(out, text)
    for (const { name, asked, says } of absent) {
      const [service, namespace] = asked
      const missing = await invoke([...args.with(2, service), '-n', namespace])
      assert.equal(missing.code, 1, name)
      assert.match(missing.err, says, name)
    }
    write(objects.service)
    const early = await invoke([...args, '-n', 'shop'])
    assert.match(early.out, /Not served: it has no cluster address yet/)
    assert.doesNotMatch(early.out, /headless|Endpoints/)
  }))

const misshapen = [
  'kind: Service\napiVersion: v1\nmetadata: { name: web }\nspec: { ports: 5 }',
  'kind: Service\napiVersion: v1\nmetadata: { name: other }\nspec: null',
  'kind: EndpointSlice\napiVersion: discovery.k8s.io/v1\nmetadata: { name: web-1 }\naddressType: IPv4\nendpoints: { a: 1 }',
  'kind: EndpointSlice\napiVersion: discovery.k8s.io/v1beta1\nmetadata: { name: web-2 }',
  'kind: ServiceCIDR\napiVersion: networking.k8s.io/v1\nmetadata: { name: all }\nspec: { cidrs: 7 }',
].join('\n---\n')

test('explain names what is misshapen in files, each with its line', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'all.yaml')
    writeFileSync(file, misshapen)
    const { code, err } = await invoke(['node-proxy', '--explain', 'svc/web', '-f', file])
    assert.equal(code, 1)
    const named = err.matchAll(/all\.yaml:(\d+):\d+ (\w+) error: (.*)/g)
    assert.deepEqual(
      [...named].map(([, line, what, message]) => `${line} ${what} ${message}`),
      [
        '4 LB_FIELD_TYPE spec.ports is a number',
        '15 LB_FIELD_TYPE endpoints is a map',
        '18 LB_FILE_API_VERSION EndpointSlice of discovery.k8s.io/v1beta1 is not known here',
        '24 LB_FIELD_TYPE spec.cidrs is a number',
      ],
    )
    assert.match(err, /accepted: discovery\.k8s\.io\/v1\n/)
  }))

const handWritten = `
kind: Service
apiVersion: v1
metadata: { name: web }
spec: { type: NodePort, clusterIP: 10.96.0.3, ports: [{ port: 80, nodePort: 30080 }] }
---
kind: EndpointSlice
apiVersion: discovery.k8s.io/v1
metadata: { name: web-1, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
ports: [{ port: 8080 }]
endpoints: [{ addresses: [10.244.2.5] }]
`

test('explain takes a port without a name as the API server stores it', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'all.yaml')
    writeFileSync(file, handWritten)
    const { out } = await invoke(['node-proxy', '--explain', 'svc/web', '-f', file])
    assert.match(out, /cluster 10\.96\.0\.3:80\/TCP\n.*10\.244\.2\.5:8080/)
    assert.match(out, /Endpoints\n {2}TCP {2}10\.244\.2\.5:8080/)
  }))

test('explain reads the cluster once, for the node that is named', () =>
  inFolder(async (folder) => {
    const cluster = await startServer()
    try {
      const { state } = cluster
      state.create('namespaces', { metadata: { name: 'shop' } })
      state.create('services', objects.service)
      state.create('endpointslices', objects.slice)
      state.create('nodes', objects.node)
      const kubeconfig = join(folder, 'kubeconfig')
      writeFileSync(kubeconfig, cluster.kubeconfig())
      const args = ['node-proxy', '--explain', 'web', '-n', 'shop', '--kubeconfig', kubeconfig]
      const { code, out, err } = await invoke([...args, '--node-name', 'node-1'])
      assert.equal(code, 0, err)
      for (const text of wanted) assert.match(out, text)
      const json = await invoke([...args, '--node-name', 'node-1', '--data-plane', 'userspace', '-o', 'json'])
      const { node, dataPlane, destinations } = JSON.parse(json.out) as {
        node: string
        dataPlane: string
        destinations: { kind: string; fates: Record<string, { verdict: string }> }[]
      }
      assert.deepEqual([node, dataPlane], ['node-1', 'userspace'])
      assert.deepEqual(
        destinations.map(({ kind }) => kind),
        ['cluster', 'node-port'],
      )
      assert.deepEqual(Object.keys(destinations[0]?.fates ?? {}), ['outside', 'pod', 'node'])
      const stranger = await invoke([...args, '--node-name', 'node-9'])
      assert.equal(stranger.code, 0)
      assert.match(stranger.err, /there is no Node node-9: no endpoint counts as local/)
    } finally {
      await cluster.close()
    }
  }))
