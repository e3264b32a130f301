import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LocalListener } from '../../../providers/local/api.ts'
import { listenerForm, observedListener } from '../../../providers/local/kinds/listener-form.ts'
import { statusFor } from '../../../providers/local/status.ts'
import { Inventory } from '../../../src/engine/inventory.ts'
import type { Kind } from '../../../src/provider/kind.ts'

const wire = (failure?: string): LocalListener => ({
  id: 'listener-1',
  etag: '1',
  addressId: 'address-1',
  protocol: 'TCP',
  port: 80,
  scheduler: 'random',
  targets: [],
  healthy: [],
  tags: {
    'lb-controller.io/cluster': 'c',
    'lb-controller.io/service-uid': 'u',
    'lb-controller.io/service': 'default/web',
    'lb-controller.io/key': 'address/tcp/80',
  },
  ...(failure === undefined ? {} : { failure }),
})

test('a port that another program gave back is served, also where only a list tells', () => {
  const heard: string[] = []
  const inventory = new Inventory({ listener: listenerForm as unknown as Kind }, ({ id }) => heard.push(id))
  const list = (failure: string | undefined, at: number) => {
    const seen = observedListener(wire(failure), 'c', at)
    assert.ok(seen)
    const listing = inventory.beginList('listener', at)
    inventory.listed(listing, seen)
    inventory.endList(listing)
  }
  const error = () => {
    const known = inventory.get('listener', 'listener-1')
    assert.ok(known)
    const address = { ...known, kind: 'address', id: 'address-1', out: { address: '127.0.0.2' } }
    const [owner] = known.owners
    assert.ok(owner)
    const outcome = { converged: true, deleting: false } as Parameters<typeof statusFor>[2]
    return statusFor(owner, [address, known], outcome, {}).ingress?.[0]?.ports?.[0]?.error
  }
  list('another program listens', 1_000_000)
  assert.equal(error(), 'lb-controller.io/NotServed')
  list(undefined, 2_000_000)
  assert.equal(error(), undefined)
  assert.deepEqual(heard, ['listener-1', 'listener-1'])
})
