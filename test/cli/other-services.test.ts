import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invoke } from './invoke.ts'

const service = (
  name: string,
  { type, ...ports }: { type: string; nodePort?: number },
  annotations = {},
) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, annotations },
  spec: { type, ports: [{ name: 'http', port: 80, ...ports }] },
})

const targetGroups = [
  { serviceName: 'web', servicePort: 80, weight: 80 },
  { serviceName: 'next', servicePort: 'http', weight: 20 },
]
const web = service(
  'web',
  { type: 'LoadBalancer' },
  {
    'service.beta.kubernetes.io/actions.TCP-80': JSON.stringify({
      type: 'forward',
      forwardConfig: { targetGroups },
    }),
  },
)

const dryRun = (...services: readonly object[]) =>
  invoke(['dry-run', '-', '--provider', 'aws'], {
    stdin: services.map((one) => JSON.stringify(one)).join('\n---\n'),
  })

test('a share for a Service of the same files has its node port', async () => {
  const { code, out } = await dryRun(web, service('next', { type: 'NodePort', nodePort: 30_090 }))
  assert.equal(code, 0)
  assert.match(out, /target group internet-facing\/80\/TCP\/next:80\/30090\n/)
  assert.match(out, /\+ tcp\/30090-30090\/0\.0\.0\.0\/0/)
})

test('a node port that the API server has yet to choose is known at apply', async () => {
  const { code, out } = await dryRun(web, service('next', { type: 'NodePort' }))
  assert.equal(code, 0)
  assert.match(out, /Port +\(known at apply: the nodePort of 80 of Service default\/next/)
})

test('a Service that the files do not hold may be in the cluster', async () => {
  const { code, out } = await dryRun(web)
  assert.equal(code, 0)
  assert.match(out, /Port +\(known at apply: the node port of port http of Service default\/next\)/)
})

test('a Service that never has node ports is an error', async () => {
  const { code, err } = await dryRun(web, service('next', { type: 'ClusterIP' }))
  assert.equal(code, 1)
  assert.match(err, /LB_AWS_ACTION_SERVICE error: port http of Service next has no node port/)
})
