import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigSource } from '../../../src/sandbox/pods/config-source.ts'
import { volumeContent } from '../../../src/sandbox/pods/volume-files.ts'

const ofText = (values: Readonly<Record<string, string>>) =>
  new Map(Object.entries(values).map(([key, text]) => [key, Buffer.from(text)]))
const sources: ConfigSource = {
  configMap: (namespace, name) =>
    namespace === 'shop' && name === 'settings' ? ofText({ a: '1', b: '2' }) : undefined,
  secret: (namespace, name) =>
    namespace === 'shop' && name === 'keys' ? ofText({ token: 't0' }) : undefined,
}
const containers = [{ name: 'app', resources: { limits: { memory: '2Mi' } } }]
const self = {
  pod: { metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } }, spec: { containers } },
  ips: ['127.1.4.64'],
  hostIp: '127.1.0.11',
}

const labels = { path: 'labels', fieldRef: { fieldPath: "metadata.labels['app']" } }
const memory = { containerName: 'app', resource: 'limits.memory', divisor: '1Mi' }

const rows: readonly { readonly name: string; readonly volume: object; readonly gives: unknown }[] = [
  { name: 'an empty folder', volume: { emptyDir: {} }, gives: 'empty' },
  { name: 'a folder of the machine', volume: { hostPath: { path: '/srv' } }, gives: '/srv' },
  {
    name: 'all of a ConfigMap',
    volume: { configMap: { name: 'settings' } },
    gives: ['a 1 644', 'b 2 644'],
  },
  {
    name: 'some of a ConfigMap, elsewhere, with modes',
    volume: {
      configMap: {
        name: 'settings',
        defaultMode: 0o600,
        items: [
          { key: 'b', path: 'deep/b' },
          { key: 'a', path: 'a', mode: 0o400 },
        ],
      },
    },
    gives: ['deep/b 2 600', 'a 1 400'],
  },
  {
    name: 'a Secret',
    volume: { secret: { secretName: 'keys', defaultMode: 0o400 } },
    gives: ['token t0 400'],
  },
  {
    name: 'what the pod is',
    volume: {
      downwardAPI: {
        defaultMode: 0o440,
        items: [labels, { path: 'memory', resourceFieldRef: memory, mode: 0o444 }],
      },
    },
    gives: ['labels web 440', 'memory 2 444'],
  },
  {
    name: 'several in one, with the mode of the whole; a token is nobody’s',
    volume: {
      projected: {
        defaultMode: 0o640,
        sources: [
          { configMap: { name: 'settings', items: [{ key: 'a', path: 'a' }] } },
          { secret: { name: 'keys' } },
          { downwardAPI: { items: [labels] } },
          { serviceAccountToken: { path: 'token' } },
        ],
      },
    },
    gives: ['a 1 640', 'token t0 640', 'labels web 640'],
  },
  { name: 'several of none', volume: { projected: {} }, gives: [] },
  { name: 'no such ConfigMap', volume: { configMap: { name: 'no' } }, gives: 'configmap "no" not found' },
  { name: 'no such Secret', volume: { secret: { secretName: 'no' } }, gives: 'secret "no" not found' },
  { name: 'one that may be missing', volume: { secret: { secretName: 'no', optional: true } }, gives: [] },
  {
    name: 'no such key',
    volume: { configMap: { name: 'settings', items: [{ key: 'no', path: 'x' }] } },
    gives: 'configmap "settings" references non-existent key: no',
  },
  {
    name: 'a key that may be missing',
    volume: { configMap: { name: 'settings', optional: true, items: [{ key: 'no', path: 'x' }] } },
    gives: [],
  },
  {
    name: 'no such field',
    volume: { downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'spec.no' } }] } },
    gives: 'downwardAPI item "x" names no field that is known',
  },
  {
    name: 'a field of nothing',
    volume: { downwardAPI: { items: [{ path: 'x' }] } },
    gives: 'downwardAPI item "x" names no field that is known',
  },
  ...['/x', '../x', 'a/../../x', '..'].map((path) => ({
    name: `a path that leads out: ${path}`,
    volume: { configMap: { name: 'settings', items: [{ key: 'a', path }] } },
    gives: `the path "${path}" leads out of the volume`,
  })),
  {
    name: 'another kind',
    volume: { nfs: {} },
    gives:
      'the sandbox has no volumes of the kind nfs: it has configMap, secret, downwardAPI, projected, emptyDir, hostPath',
  },
  {
    name: 'no kind',
    volume: {},
    gives:
      'the sandbox has no volumes of the kind none: it has configMap, secret, downwardAPI, projected, emptyDir, hostPath',
  },
]
for (const { name, volume, gives } of rows)
  test(`volume: ${name}`, () => {
    const found = volumeContent({ name: 'v', ...volume }, self, sources)
    if (!found.ok) return assert.equal(found.error, gives)
    const { value } = found
    if (value.is === 'folder') return assert.equal(value.path, gives)
    if (value.is === 'empty') return assert.equal(value.is, gives)
    const files = value.files.map(
      ({ path, content, mode }) => `${path} ${content.toString()} ${mode.toString(8)}`,
    )
    assert.deepEqual(files, gives)
  })
