import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReady, withPods } from './pod-world.ts'
import type { Pod } from '../../../src/sandbox/pods/objects.ts'

const base = 202

interface Status {
  readonly state: { readonly waiting?: { readonly reason: string; readonly message?: string } }
  readonly lastState: { readonly terminated?: { readonly exitCode: number; readonly reason: string } }
  readonly restartCount: number
}
const statusOf = ({ status }: Pod): Status => status?.containerStatuses?.[0] as Status
const logOf = (lines: readonly { readonly bytes: Buffer }[] | undefined): string =>
  Buffer.concat((lines ?? []).map(({ bytes }) => bytes)).toString()

test('a command runs with its variables, files and the addresses of Services', () =>
  withPods(base, async (world) => {
    world.state.create('services', {
      metadata: { name: 'my-db' },
      spec: { ports: [{ name: 'sql', port: 5432 }], selector: { app: 'db' } },
    })
    world.state.create('configmaps', {
      metadata: { name: 'settings' },
      data: { 'a.txt': 'one' },
    })
    world.add(
      'job',
      {
        image: 'busybox',
        command: [
          'sh',
          '-c',
          'cat /etc/settings/a.txt; echo; printenv WHO MY_DB_SERVICE_PORT_SQL; echo $(WHO)',
        ],
        env: [{ name: 'WHO', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        volumeMounts: [{ name: 'settings', mountPath: '/etc/settings' }],
      },
      { restartPolicy: 'Never', volumes: [{ name: 'settings', configMap: { name: 'settings' } }] },
    )
    const pod = await world.until('job', ({ status }) => status?.phase === 'Succeeded')
    assert.equal(
      logOf(world.pods.life('default', 'job')?.output('app')?.current.lines()),
      'one\njob\n5432\njob\n',
    )
    assert.equal(isReady(pod), false)
  }))

test('a container that ends is begun again, at once the first time and then after a wait', () =>
  withPods(base, async (world) => {
    world.add('web', { image: 'busybox', command: ['sh', '-c', 'echo no; exit 3'] })
    const pod = await world.until('web', (one) => statusOf(one)?.state.waiting?.reason === 'CrashLoopBackOff')
    const { restartCount, lastState, state } = statusOf(pod)
    assert.equal(restartCount, 1)
    assert.equal(lastState.terminated?.exitCode, 3)
    assert.match(
      state.waiting?.message ?? '',
      /^back-off 10s restarting failed container=app pod=web_default\(/,
    )
    const output = world.pods.life('default', 'web')?.output('app')
    assert.equal(logOf(output?.current.lines()), 'no\n')
    assert.equal(logOf(output?.previous?.lines()), 'no\n')
  }))

test('nginx of this machine serves its page at the address of the pod', () =>
  withPods(base, async (world) => {
    const server = 'server { listen 8080; root /usr/share/nginx/html; }'
    world.state.create('configmaps', { metadata: { name: 'conf' }, data: { 'default.conf': server } })
    world.add(
      'web',
      { image: 'nginx:1.27', volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }] },
      { volumes: [{ name: 'conf', configMap: { name: 'conf' } }] },
    )
    const pod = await world.until(
      'web',
      (one) => isReady(one) || statusOf(one)?.lastState.terminated !== undefined,
    )
    const { lastState, state } = statusOf(pod)
    if (/apt-get install/.test(state.waiting?.message ?? '')) return
    assert.equal(
      lastState.terminated,
      undefined,
      logOf(world.pods.life('default', 'web')?.output('app')?.current.lines()),
    )
    const page = await fetch(`http://${pod.status?.podIP}:8080/`).then((response) => response.text())
    assert.match(page, /<title>Welcome to nginx!<\/title>/)
  }))

test('a killed process makes the pod unready, and is begun again', () =>
  withPods(base, async (world) => {
    world.add('web', { image: 'busybox', command: ['sleep', '1000'] })
    await world.until('web', isReady)
    assert.equal(world.pods.kill('default', 'web'), true)
    const unready = await world.until('web', (one) => !isReady(one))
    assert.equal(statusOf(unready).lastState.terminated?.exitCode, 137)
    const again = await world.until('web', isReady)
    assert.equal(statusOf(again).restartCount, 1)
  }))
