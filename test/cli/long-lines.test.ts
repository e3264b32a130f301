import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invokeToy } from './invoke.ts'

/** JSON on one line, with a template in one value and a fault in another. */
const service = (padding: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', labels: { owner: '{{ .Values.owner }}', filler: 'x'.repeat(padding) } },
    spec: { type: 'LoadBalancer', ports: [{ port: 70000 }] },
  })

test('a template on the line of a fault is named; a whole dump on one line is not searched for one', async () => {
  const [short, long] = [
    await invokeToy(['dry-run', '-'], { stdin: service(1) }),
    await invokeToy(['dry-run', '-'], { stdin: service(3_000) }),
  ]
  assert.match(short.err, /LB_PORT_RANGE[\s\S]*helm template/)
  assert.match(long.err, /LB_PORT_RANGE/)
  assert.doesNotMatch(long.err, /helm template/)
})
