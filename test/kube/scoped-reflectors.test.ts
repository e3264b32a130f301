import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeApi, WatchEnd } from '../../src/kube/port.ts'
import { endpointSlices } from '../../src/kube/port.ts'
import { ScopedReflectors } from '../../src/kube/scoped-reflectors.ts'
import { settle, VirtualClock } from '../../src/lib/clock.ts'
import type { KubeObject } from '../../src/model/objects.ts'

/** Every namespace holds one object; `open` are the namespaces that are watched at the moment. */
function world() {
  const open: string[] = []
  const api = {
    list: (_: unknown, { namespace = '' }: { namespace?: string }) =>
      Promise.resolve({
        items: (namespace === '' ? ['a', 'b'] : [namespace]).map((one) => ({
          metadata: { name: 'x', namespace: one, uid: one, resourceVersion: '1' },
        })),
        resourceVersion: '1',
      }),
    watch: (_: unknown, { namespace = '' }: { namespace?: string }, _on: unknown, signal: AbortSignal) =>
      new Promise<WatchEnd>((resolve) => {
        open.push(namespace)
        const end = () => {
          open.splice(open.indexOf(namespace), 1)
          resolve({ how: 'closed' })
        }
        signal.addEventListener('abort', end, { once: true })
      }),
  } as unknown as KubeApi
  const told: string[] = []
  const scoped = new ScopedReflectors<KubeObject>({
    api,
    clock: new VirtualClock(),
    resource: endpointSlices,
    onChange: () => {},
    onTold: (namespace) => told.push(namespace),
  })
  return { scoped, open, told }
}

test('only namespaces that somebody asks for are watched', async () => {
  const { scoped, open, told } = world()
  assert.equal(scoped.store('a'), undefined)
  scoped.want(new Set(['a', 'b']))
  await settle()
  assert.deepEqual(
    [open.toSorted(), told.toSorted()],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  )
  assert.equal(scoped.store('a')?.size, 1)
  scoped.want(new Set(['b']))
  await settle()
  assert.deepEqual(open, ['b'])
  assert.equal(scoped.store('a'), undefined)
  await scoped.stop()
  assert.deepEqual(open, [])
})

test('many namespaces are one watch, and nothing is forgotten on the way there', async () => {
  const { scoped, open } = world()
  scoped.want(new Set(['a']))
  await settle()
  scoped.want(new Set(['a', ...Array.from({ length: 16 }, (_, at) => `n${at}`)]))
  assert.equal(scoped.store('a')?.size, 1)
  await settle()
  assert.deepEqual(open, [''])
  assert.equal(scoped.store('a')?.size, 2)
  await scoped.stop()
  assert.deepEqual(open, [])
})
