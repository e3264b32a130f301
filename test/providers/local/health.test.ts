import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/local/blueprint.ts'
import type { LocalConfig } from '../../../providers/local/config.ts'
import { fieldAt } from '../../../localstack/kubernetes/object.ts'
import { contribute } from '../../support/plan-service.ts'

const own = 'lb-controller.io/'
const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 }

interface Row {
  readonly name: string
  readonly config?: Partial<LocalConfig>
  readonly keys?: Readonly<Record<string, string>>
  readonly spec?: object
  /** Of the first port. */
  readonly asks: string
}

const proxy = { nodeHealth: 'proxy' } as const
const rows: readonly Row[] = [
  { name: 'policy Cluster: each NodePort', asks: 'TCP' },
  { name: 'policy Local', spec: local, asks: 'HTTP 31000 /healthz' },
  { name: 'the proxy, once for all', config: proxy, asks: 'HTTP 10256 /healthz' },
  { name: 'the proxy elsewhere', config: { ...proxy, nodeHealthPort: 9000 }, asks: 'HTTP 9000 /healthz' },
  { name: 'no proxy to ask', config: { ...proxy, nodeHealthPort: 0 }, asks: 'TCP' },
  { name: 'the proxy, but policy Local tells more', config: proxy, spec: local, asks: 'HTTP 31000 /healthz' },
  {
    name: 'a Service that names a port',
    config: proxy,
    keys: { 'health-check-port': '8080' },
    asks: 'TCP 8080',
  },
  { name: 'a Service that names TCP', config: proxy, keys: { 'health-check-protocol': 'TCP' }, asks: 'TCP' },
  {
    name: 'a UDP port, which nothing but the proxy can tell of',
    spec: { ports: [{ name: 'dns', protocol: 'UDP', port: 53, nodePort: 30_053 }] },
    asks: 'HTTP 10256 /healthz',
  },
  {
    name: 'a UDP port without a proxy to ask: nothing',
    config: { nodeHealthPort: 0 },
    spec: { ports: [{ name: 'dns', protocol: 'UDP', port: 53, nodePort: 30_053 }] },
    asks: '',
  },
]

for (const { name, config = {}, keys = {}, spec, asks } of rows)
  test(`local, health checks: ${name}`, () => {
    const service = {
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: Object.fromEntries(Object.entries(keys).map(([key, value]) => [own + key, value])),
      },
      spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_080 }], ...spec },
    }
    const { resources, problems } = contribute(createBlueprint(config), service, {
      facts: { pools: [{ name: 'home', ranges: ['192.168.1.240/28'], held: {} }] },
      nodes: [],
    })
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    )
    const listener = resources.find(({ kind }) => kind === 'listener')
    const { protocol, port, path } = (fieldAt(listener?.spec, 'healthCheck') ?? {}) as Partial<Check>
    assert.equal([protocol, port, path].filter((word) => word !== undefined).join(' '), asks)
  })

interface Check {
  readonly protocol: string
  readonly port?: number
  readonly path?: string
}
