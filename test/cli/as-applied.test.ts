import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startServer } from '../../localstack/kubernetes/server.ts'
import { ClusterState } from '../../localstack/kubernetes/state.ts'
import { asApplied, threeWay } from '../../src/cli/as-applied.ts'
import { connect } from '../../src/kube/client.ts'
import { services } from '../../src/kube/port.ts'
import { systemClock } from '../../src/lib/clock.ts'

const never = new AbortController().signal
const key = 'service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled'
const last = 'kubectl.kubernetes.io/last-applied-configuration'
const ref = { namespace: 'shop', name: 'web' }

const file = (annotations: Record<string, string>, spec: object) => ({
  metadata: { ...ref, annotations },
  spec: { type: 'LoadBalancer', ...spec },
})
const both = [
  { name: 'http', port: 80 },
  { name: 'https', port: 443, targetPort: 'tls' },
]
const first = file({ [key]: 'true' }, { ports: both, loadBalancerSourceRanges: ['10.0.0.0/8'] })

interface Row {
  readonly name: string
  /** How `first` came into the cluster. */
  readonly by: 'kubectl' | 'server' | 'another' | 'create'
  readonly next: ReturnType<typeof file>
  readonly keeps: { readonly ranges: boolean; readonly key: boolean; readonly ports: readonly number[] }
}

const less = file({}, { ports: [{ name: 'https', port: 443 }] })
const rows: readonly Row[] = [
  {
    name: 'kubectl apply: what the file no longer says goes',
    by: 'kubectl',
    next: less,
    keeps: { ranges: false, key: false, ports: [443] },
  },
  {
    name: 'kubectl apply --server-side: likewise',
    by: 'server',
    next: less,
    keeps: { ranges: false, key: false, ports: [443] },
  },
  {
    name: 'server-side by another manager, which is named',
    by: 'another',
    next: less,
    keeps: { ranges: false, key: false, ports: [443] },
  },
  {
    name: 'created, and never applied: nobody knows what should go',
    by: 'create',
    next: less,
    keeps: { ranges: true, key: true, ports: [80, 443] },
  },
  {
    name: 'the same file changes nothing',
    by: 'kubectl',
    next: first,
    keeps: { ranges: true, key: true, ports: [80, 443] },
  },
]

for (const { name, by, next, keeps } of rows)
  test(`as applied: ${name}`, () =>
    withCluster(async (client, state) => {
      const body = { apiVersion: 'v1', kind: 'Service', ...first }
      if (by === 'server' || by === 'another') {
        const fieldManager = by === 'server' ? 'kubectl' : 'gitops'
        await client.patch(services, ref, { type: 'apply', body, fieldManager }, never)
      } else {
        const annotations = by === 'kubectl' ? { [last]: JSON.stringify(body) } : {}
        const metadata = { ...first.metadata, annotations: { ...first.metadata.annotations, ...annotations } }
        state.create('services', { ...body, metadata })
      }
      // What others wrote is not the file's to take away.
      state.patch('services', ref, { metadata: { annotations: { theirs: 'yes' } } }, { type: 'merge' })
      const before = state.get('services', ref)
      const would = await asApplied(client, next, by === 'another' ? 'gitops' : 'kubectl', never)
      assert.deepEqual(state.get('services', ref), before, 'nothing is written')
      const { annotations = {} } = would.metadata
      assert.equal(annotations['theirs'], 'yes')
      assert.equal(key in annotations, keeps.key)
      assert.equal(would.spec?.loadBalancerSourceRanges !== undefined, keeps.ranges)
      const ports = would.spec?.ports ?? []
      assert.deepEqual(new Set(ports.map(({ port }) => port)), new Set(keeps.ports))
      for (const { port, nodePort } of ports) {
        const there = before.spec?.ports?.find((one) => one.port === port)
        assert.equal(nodePort, there?.nodePort, 'what the cluster gave a port stays')
      }
    }))

test('as applied: a Service that is not there yet is what the server would make of it', () =>
  withCluster(async (client) => {
    const would = await asApplied(client, first, 'kubectl', never)
    assert.equal(would.spec?.ports?.[1]?.targetPort, 'tls')
    await assert.rejects(client.get(services, ref, never), { code: 404 })
  }))

async function withCluster(
  use: (client: Awaited<ReturnType<typeof connect>>, state: ClusterState) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-applied-'))
  const state = new ClusterState({})
  const server = await startServer({ state })
  try {
    const kubeconfig = join(folder, 'config')
    await writeFile(kubeconfig, server.kubeconfig())
    state.create('namespaces', { metadata: { name: 'shop' } })
    const client = await connect({ clock: systemClock, kubeconfig })
    try {
      await use(client, state)
    } finally {
      await client.close()
    }
  } finally {
    await server.close()
    await rm(folder, { recursive: true })
  }
}

test('the note of the last file is no annotation of the next one, and a null stays one', () => {
  const next = { ...first, metadata: { ...first.metadata, annotations: { [key]: null } } }
  const { metadata } = threeWay(first, next, first) as { metadata: { annotations: unknown } }
  assert.deepEqual(metadata.annotations, { [key]: null, [last]: null })
})
