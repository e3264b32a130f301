import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { Container, PodSpec } from '../../../src/sandbox/pods/objects.ts'
import { isReady, withPods, type PodWorld } from './pod-world.ts'

const base = 205

const shell = { image: 'busybox', command: ['sleep', '1000'] }
const settings = { name: 'settings', configMap: { name: 'settings' } }
const twoItems = {
  items: [
    { key: 'a', path: 'x' },
    { key: 'a', path: 'x/y' },
  ],
}

/** Resolves when an event says it. */
const told = ({ state, events }: PodWorld, says: RegExp): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(events().join())), 30_000)
    const stop = state.watch('events', {}, () => {
      const found = state.list('events').items.some((event) => says.test(String(event['message'])))
      if (!found) return
      clearTimeout(timer)
      queueMicrotask(() => stop())
      resolve()
    })
  })

/** What an API server may let pass, and what no program can be started with. */
const rows: readonly {
  readonly name: string
  readonly container: unknown
  readonly spec?: Partial<PodSpec>
  readonly says: RegExp
}[] = [
  { name: 'NUL in a word', container: { ...shell, args: ['a\0b'] }, says: /null bytes/ },
  {
    name: 'NUL in a variable',
    container: { ...shell, env: [{ name: 'A', value: 'a\0b' }] },
    says: /null bytes/,
  },
  { name: 'NUL at a terminal', container: { ...shell, args: ['a\0b'], tty: true }, says: /null bytes/ },
  {
    name: 'sources of variables that are no list',
    container: { ...shell, envFrom: { configMapRef: {} } },
    says: /iterable/,
  },
  {
    name: 'a folder to begin in that cannot be one',
    container: {
      ...shell,
      volumeMounts: [{ name: 'settings', mountPath: '/etc/app' }],
      workingDir: '/etc/app/a/b',
    },
    spec: { volumes: [settings] },
    says: /ENOTDIR|EEXIST/,
  },
  {
    name: 'a file where another one needs a folder',
    container: { ...shell, volumeMounts: [{ name: 'settings', mountPath: '/etc/app' }] },
    spec: { volumes: [{ name: 'settings', configMap: { name: 'settings', ...twoItems } }] },
    says: /ENOTDIR|EEXIST/,
  },
]
for (const { name, container, spec = {}, says } of rows)
  test(`a pod that cannot begin says why, and others go on: ${name}`, () =>
    withPods(base, async (world) => {
      world.state.create('configmaps', { metadata: { name: 'settings' }, data: { a: '1' } })
      world.add('odd', container as Partial<Container>, spec)
      await told(world, says)
      world.add('web', {})
      await world.until('web', isReady)
    }))

const probes: readonly { readonly name: string; readonly probe: unknown; readonly says: RegExp }[] = [
  {
    name: 'a path with a blank',
    probe: { httpGet: { port: 80, path: '/a b' } },
    says: /probe failed: .*statuscode|probe failed: Get/,
  },
  { name: 'a port of no name', probe: { tcpSocket: { port: 'no' } }, says: /port no not found/ },
  { name: 'an HTTP port of no name', probe: { httpGet: { port: 'no' } }, says: /port no not found/ },
  {
    name: 'a header of two lines',
    probe: { httpGet: { port: 80, httpHeaders: [{ name: 'x', value: 'a\nb' }] } },
    says: /header/i,
  },
  { name: 'a command that is no list', probe: { exec: { command: 5 } }, says: /command/ },
]
for (const { name, probe, says } of probes)
  test(`a probe that cannot be sent has failed, and others go on: ${name}`, () =>
    withPods(base, async (world) => {
      world.add('odd', { readinessProbe: { ...(probe as object), periodSeconds: 0.01 } })
      await told(world, says)
      world.add('web', {})
      await world.until('web', isReady)
    }))

test('no mount leads out of the folder of its pod', () =>
  withPods(base, async (world) => {
    const outside = join(dirname(world.folder), `outside-${process.pid}`)
    world.add(
      'odd',
      {
        ...shell,
        volumeMounts: [{ name: 'data', mountPath: `/../../../../outside-${process.pid}` }],
      },
      { volumes: [{ name: 'data', emptyDir: {} }] },
    )
    await world.until('odd', isReady)
    assert.equal(existsSync(outside), false)
  }))

const nothing = { readinessProbe: null, livenessProbe: null, startupProbe: null, lifecycle: null }

test('null is as good as nothing, as in any object', () =>
  withPods(base, async (world) => {
    const container = {
      ...nothing,
      resources: null,
      envFrom: null,
      env: null,
      volumeMounts: null,
      ports: null,
    }
    world.add('web', container as unknown as Partial<Container>)
    await world.until('web', isReady)
  }))
