import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { ClusterState } from '../../localstack/kubernetes/state.ts'
import { waitUntilServing, type Awaited, type Serving } from '../../src/sandbox/serving.ts'

const of = (kind: string, name: string): Awaited => ({ kind, namespace: 'default', name })

function deployment(state: ClusterState, name: string): void {
  const labels = { app: name }
  const spec = {
    replicas: 2,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'nginx' }] } },
  }
  state.create('deployments', { metadata: { name }, spec })
}

function available(state: ClusterState, name: string, availableReplicas: number): void {
  const status = { observedGeneration: 1, replicas: 2, readyReplicas: availableReplicas, availableReplicas }
  state.patch('deployments', name, { status }, { subresource: 'status' })
}

/** What is told while it waits, and what is late in the end. */
function wait(state: ClusterState, awaited: readonly Awaited[], signal: AbortSignal, patienceMs = 60_000) {
  const told: string[] = []
  const onServing = ({ name, how }: Serving) => void told.push(`${name}: ${how}`)
  return { told, late: waitUntilServing(state, awaited, { patienceMs, onServing }, signal) }
}

const forever = new AbortController().signal

test('each object of a kind is told once it does its work, those before the wait at once', async () => {
  const state = new ClusterState()
  for (const name of ['a', 'b', 'c']) deployment(state, name)
  available(state, 'a', 2)
  const { told, late } = wait(state, [of('Deployment', 'a'), of('Deployment', 'b')], forever)
  available(state, 'c', 2)
  available(state, 'b', 1)
  available(state, 'b', 2)
  assert.deepEqual(await late, [])
  assert.deepEqual(told, ['a: 2 of 2 pods are available', 'b: 2 of 2 pods are available'])
})

test('an object that was applied twice is told twice, and a kind that only is there not at all', async () => {
  const state = new ClusterState()
  deployment(state, 'a')
  available(state, 'a', 2)
  const awaited = [of('Deployment', 'a'), of('Secret', 'a'), of('Deployment', 'a')]
  const { told, late } = wait(state, awaited, forever)
  assert.deepEqual(await late, [])
  assert.deepEqual(told, ['a: 2 of 2 pods are available', 'a: 2 of 2 pods are available'])
})

test('what does not serve in time says what it lacks, one that is not there also', async () => {
  const state = new ClusterState()
  deployment(state, 'a')
  available(state, 'a', 1)
  const { told, late } = wait(state, [of('Deployment', 'a'), of('Pod', 'b')], forever, 1)
  assert.deepEqual(
    (await late).map(({ name, how }) => `${name}: ${how}`),
    ['a: 1 of 2 pods are available', 'b: it is not there'],
  )
  assert.deepEqual(told, [])
})

test('whoever asks for the end is told of nothing that is late', async () => {
  const end = new AbortController()
  const { late } = wait(new ClusterState(), [of('Deployment', 'a')], end.signal)
  end.abort()
  assert.deepEqual(await late, [])
})

test('a Service serves when its address takes a connection', async () => {
  const state = new ClusterState()
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  state.create('services', { metadata: { name: 'web' }, spec: { type: 'LoadBalancer', ports: [{ port }] } })
  const { told, late } = wait(state, [of('Service', 'web')], forever)
  const loadBalancer = { ingress: [{ ip: '127.0.0.1' }] }
  state.patch('services', 'web', { status: { loadBalancer } }, { subresource: 'status' })
  assert.deepEqual(await late, [])
  assert.deepEqual(told, [`web: 127.0.0.1 port ${port}`])
  server.close()
})
