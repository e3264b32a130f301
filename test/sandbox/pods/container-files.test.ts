import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ConfigSource, Entries } from '../../../src/sandbox/pods/config-source.ts'
import { environment } from '../../../src/sandbox/pods/environment.ts'
import { mapAnyAddress, mapPaths } from '../../../src/sandbox/pods/mount-paths.ts'
import { listenersOf, rewritten } from '../../../src/sandbox/pods/nginx-config.ts'
import type { Container, Volume } from '../../../src/sandbox/pods/objects.ts'
import { podFolder } from '../../../src/sandbox/pods/pod-folder.ts'
import { serviceVariables } from '../../../src/sandbox/pods/service-variables.ts'

const entries = (values: Readonly<Record<string, string>>): Entries =>
  new Map(Object.entries(values).map(([key, text]) => [key, Buffer.from(text)]))
const sources: ConfigSource = {
  configMap: (_namespace, name) => (name === 'settings' ? entries({ COLOUR: 'red', 'a.b': 'x' }) : undefined),
  secret: (_namespace, name) => (name === 'keys' ? entries({ token: 't0' }) : undefined),
}
const self = {
  pod: {
    metadata: { name: 'web', namespace: 'shop', uid: 'u1', labels: { app: 'web' } },
    spec: { nodeName: 'node-1' },
  },
  ips: ['127.1.4.64'],
  hostIp: '127.1.0.11',
}

const variables: readonly {
  readonly name: string
  readonly container: Partial<Container>
  readonly gives: object | string
}[] = [
  {
    name: 'plain, and what came before',
    container: {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '$(A)-$(C)-$$(A)' },
      ],
    },
    gives: { A: '1', B: '1-$(C)-$(A)' },
  },
  {
    name: 'of a ConfigMap as a whole',
    container: { envFrom: [{ prefix: 'X_', configMapRef: { name: 'settings' } }] },
    gives: { X_COLOUR: 'red', 'X_a.b': 'x' },
  },
  {
    name: 'a key of a Secret',
    container: { env: [{ name: 'T', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } }] },
    gives: { T: 't0' },
  },
  {
    name: 'fields',
    container: {
      env: [
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      ],
    },
    gives: { IP: '127.1.4.64', APP: 'web' },
  },
  {
    name: 'a limit, rounded up',
    container: {
      env: [
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', containerName: 'app' } } },
      ],
    },
    gives: { CPU: '2' },
  },
  {
    name: 'a ConfigMap that is missing',
    container: { envFrom: [{ configMapRef: { name: 'none' } }] },
    gives: 'configmap "none" not found',
  },
  {
    name: 'a key that is missing',
    container: { env: [{ name: 'T', valueFrom: { secretKeyRef: { name: 'keys', key: 'no' } } }] },
    gives: "couldn't find key no in Secret shop/keys",
  },
  {
    name: 'one that may be missing',
    container: {
      env: [{ name: 'T', valueFrom: { secretKeyRef: { name: 'none', key: 'no', optional: true } } }],
    },
    gives: {},
  },
]
for (const { name, container, gives } of variables)
  test(`variables: ${name}`, () => {
    const app = { name: 'app', resources: { limits: { cpu: '1500m' } }, ...container }
    const found = environment(
      { ...self, pod: { ...self.pod, spec: { containers: [app] } } },
      app,
      {},
      sources,
    )
    assert.deepEqual(found.ok ? found.value : found.error, gives)
  })

const services = [
  {
    metadata: { name: 'kubernetes', namespace: 'default' },
    spec: { clusterIP: '127.1.192.1', ports: [{ name: 'https', port: 443 }] },
  },
  {
    metadata: { name: 'my-db', namespace: 'shop' },
    spec: { clusterIP: '127.1.193.7', ports: [{ port: 53, protocol: 'UDP' }] },
  },
  { metadata: { name: 'headless', namespace: 'shop' }, spec: { clusterIP: 'None', ports: [{ port: 1 }] } },
  {
    metadata: { name: 'other', namespace: 'elsewhere' },
    spec: { clusterIP: '127.1.193.8', ports: [{ port: 1 }] },
  },
]
const ofMaster = {
  KUBERNETES_SERVICE_HOST: '127.1.192.1',
  KUBERNETES_SERVICE_PORT: '443',
  KUBERNETES_SERVICE_PORT_HTTPS: '443',
  KUBERNETES_PORT: 'tcp://127.1.192.1:443',
  KUBERNETES_PORT_443_TCP: 'tcp://127.1.192.1:443',
  KUBERNETES_PORT_443_TCP_PROTO: 'tcp',
  KUBERNETES_PORT_443_TCP_PORT: '443',
  KUBERNETES_PORT_443_TCP_ADDR: '127.1.192.1',
}
test('Services are told in both forms, those of the namespace and the API server', () => {
  assert.deepEqual(serviceVariables(services, 'shop', true), {
    ...ofMaster,
    MY_DB_SERVICE_HOST: '127.1.193.7',
    MY_DB_SERVICE_PORT: '53',
    MY_DB_PORT: 'udp://127.1.193.7:53',
    MY_DB_PORT_53_UDP: 'udp://127.1.193.7:53',
    MY_DB_PORT_53_UDP_PROTO: 'udp',
    MY_DB_PORT_53_UDP_PORT: '53',
    MY_DB_PORT_53_UDP_ADDR: '127.1.193.7',
  })
})
test('without links only the API server is told', () => {
  assert.deepEqual(serviceVariables(services, 'shop', false), ofMaster)
})

const mounts = [
  { from: '/etc/app', to: '/V/a' },
  { from: '/etc/app/keys/', to: '/V/b' },
]
const paths: readonly (readonly [text: string, mapped: string])[] = [
  ['/etc/app', '/V/a'],
  ['--file=/etc/app/x.yaml', '--file=/V/a/x.yaml'],
  ['/etc/app/keys/k', '/V/b/k'],
  ['/etc/application', '/etc/application'],
  ['/opt/etc/app', '/opt/etc/app'],
  ['cat /etc/app/a /etc/app/b', 'cat /V/a/a /V/a/b'],
]
for (const [text, mapped] of paths) test(`path: ${text}`, () => assert.equal(mapPaths(text, mounts), mapped))
test('paths: a mount at the root is no part of other paths, and one mount does as well as two', () => {
  assert.equal(mapPaths('/etc/app /x', [{ from: '/', to: '/V' }]), '/etc/app /x')
  assert.equal(mapPaths('/a /ab', [{ from: '/a', to: '/V' }]), '/V /ab')
  assert.equal(mapPaths('/a', []), '/a')
})
test('all addresses are the one of the pod', () => {
  assert.equal(mapAnyAddress('0.0.0.0:80 10.0.0.0', '127.1.4.64'), '127.1.4.64:80 10.0.0.0')
})

test('a configuration of nginx listens at the address of the pod, with its files where they are', () => {
  const site = {
    address: '127.1.4.64',
    place: (address: string, port: number) => ({ address, port }),
    folder: '/F',
    mounts: [{ from: '/etc/nginx/ssl', to: '/V/ssl' }],
    isRoot: false,
  }
  const text = rewritten(
    'server {\n listen 80 default_server;\n listen [::]:80 ipv6only=on;\n listen *:443 ssl;\n root /usr/share/nginx/html;\n ssl_certificate /etc/nginx/ssl/tls.crt;\n}\n',
    site,
  )
  assert.match(text, /listen 127\.1\.4\.64:80 default_server;/)
  assert.match(text, /listen 127\.1\.4\.64:443 ssl;/)
  assert.match(text, /root \/F\/html;\n ssl_certificate \/V\/ssl\/tls\.crt;/)
  assert.deepEqual(
    listenersOf(text).map(({ port }) => port),
    [80, 443],
  )
})

test('a volume follows its ConfigMap, all files at once', () => {
  const path = mkdtempSync(join(tmpdir(), 'pod-folder-'))
  try {
    let data = entries({ a: '1', b: '1' })
    const folder = podFolder(path, { ...sources, configMap: () => data }, undefined)
    const volumes: readonly Volume[] = [{ name: 'settings', configMap: { name: 'settings' } }]
    const container = { name: 'app', volumeMounts: [{ name: 'settings', mountPath: '/etc/app' }] }
    const mounted = { ...self, pod: { ...self.pod, spec: { volumes, containers: [container] } } }
    const found = folder.mount(mounted, container)
    assert.ok(found.ok)
    const to = found.value.find(({ from }) => from === '/etc/app')?.to ?? ''
    assert.equal(readFileSync(join(to, 'a'), 'utf8'), '1')
    data = entries({ a: '2', c: '2' })
    folder.refresh(mounted)
    assert.equal(readFileSync(join(to, 'a'), 'utf8'), '2')
    assert.deepEqual(
      readdirSync(to)
        .filter((name) => !name.startsWith('..'))
        .join(),
      'a,c',
    )
  } finally {
    rmSync(path, { recursive: true })
  }
})

test('a file below a folder of a volume', () => {
  const path = mkdtempSync(join(tmpdir(), 'pod-folder-'))
  try {
    let data = entries({ a: '1' })
    const folder = podFolder(path, { ...sources, configMap: () => data }, undefined)
    const configMap = { name: 'settings', items: [{ key: 'a', path: 'deep/er/a' }] }
    const volumes: readonly Volume[] = [{ name: 'settings', configMap }]
    const container = { name: 'app', volumeMounts: [{ name: 'settings', mountPath: '/etc/app' }] }
    const mounted = { ...self, pod: { ...self.pod, spec: { volumes, containers: [container] } } }
    const found = folder.mount(mounted, container)
    assert.ok(found.ok)
    for (const text of ['1', '2']) {
      data = entries({ a: text })
      folder.refresh(mounted)
      assert.equal(
        readFileSync(
          join(found.value.find(({ from }) => from === '/etc/app')?.to ?? '', 'deep/er/a'),
          'utf8',
        ),
        text,
      )
    }
  } finally {
    rmSync(path, { recursive: true })
  }
})

test('a name that every object has is no variable', () => {
  const env = [{ name: 'A', value: '$(constructor) $(toString)' }]
  const found = environment(self, { name: 'app', env }, {}, sources)
  assert.deepEqual(found.ok && found.value, { A: '$(constructor) $(toString)' })
})
