/** Pods whose volumes are mounted, where this system lets them be. */
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test, type TestContext } from 'node:test'
import type { Container, Pod, PodSpec } from '../../../src/sandbox/pods/objects.ts'
import { probeMounts } from '../../../src/sandbox/pods/mounts/probe.ts'
import { isReady, withPods, type PodWorld } from './pod-world.ts'

const base = 206

async function withMounts(t: TestContext, story: (world: PodWorld) => Promise<void>): Promise<void> {
  const means = await probeMounts(tmpdir())
  if (typeof means === 'string') return t.skip(means)
  await withPods(
    base,
    async (world) => {
      world.state.create('configmaps', { metadata: { name: 'settings' }, data: { 'a.txt': 'one' } })
      await story(world)
    },
    { means },
  )
}

const saidBy = ({ pods }: PodWorld, name: string): string =>
  Buffer.concat(
    (pods.life('default', name)?.output('app')?.current.lines() ?? []).map(({ bytes }) => bytes),
  ).toString()

const settings = { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] } satisfies PodSpec
const shell = (line: string): Partial<Container> => ({ image: 'busybox', command: ['sh', '-c', line] })

interface Reason {
  readonly state: { readonly waiting?: { readonly reason: string; readonly message?: string } }
}
interface Ended {
  readonly state: { readonly terminated?: { readonly exitCode: number } }
}
const waitsFor = ({ status }: Pod) => (status?.containerStatuses?.[0] as Reason | undefined)?.state.waiting

test('a program finds volumes, names of the pod, and where it is to work, at paths that it makes up itself', (t) =>
  withMounts(t, async (world) => {
    world.add(
      'job',
      {
        ...shell(
          'p=/no-such/set; cat $p"tings/a.txt"; echo; pwd; cat /etc/hostname; grep -c "127.*job" /etc/hosts; touch x && echo written',
        ),
        workingDir: '/no-such/scratch',
        volumeMounts: [
          { name: 'settings', mountPath: '/no-such/settings' },
          { name: 'scratch', mountPath: '/no-such/scratch' },
        ],
      },
      { restartPolicy: 'Never', volumes: [...settings.volumes, { name: 'scratch', emptyDir: {} }] },
    )
    await world.until('job', ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed')
    assert.equal(saidBy(world, 'job'), 'one\n/no-such/scratch\njob\n1\nwritten\n')
  }))

test('a probe and a further command see what the container sees, and what changes', (t) =>
  withMounts(t, async (world) => {
    const mount = { name: 'settings', mountPath: '/no-such/settings' }
    const exec = { command: ['grep', 'two', '/no-such/settings/a.txt'] }
    world.add(
      'web',
      { ...shell('sleep 1000'), volumeMounts: [mount], readinessProbe: { exec, periodSeconds: 1 } },
      settings,
    )
    await world.until('web', ({ status }) => status?.phase === 'Running')
    world.state.update('configmaps', { metadata: { name: 'settings' }, data: { 'a.txt': 'two' } })
    await world.until('web', isReady)
  }))

test('a command that is not there, and a volume that has no place, are said as such', (t) =>
  withMounts(t, async (world) => {
    world.add('none', { image: 'busybox', command: ['no-such-program'] })
    world.add(
      'odd',
      { ...shell('sleep 1000'), volumeMounts: [{ name: 'settings', mountPath: '/etc/passwd/x' }] },
      settings,
    )
    const none = waitsFor(await world.until('none', (pod) => waitsFor(pod)?.message !== undefined))
    assert.match(none?.message ?? '', /"no-such-program": executable file not found/)
    const odd = waitsFor(await world.until('odd', (pod) => waitsFor(pod)?.message !== undefined))
    assert.match(odd?.message ?? '', /\/etc\/passwd is a file/)
  }))

test('a signal ends the program itself, with its exit code', (t) =>
  withMounts(t, async (world) => {
    world.add('web', shell('trap "exit 3" TERM; echo up; while :; do sleep 0.05; done'), {
      restartPolicy: 'Never',
    })
    await world.until('web', isReady)
    const life = world.pods.life('default', 'web')
    while (!saidBy(world, 'web').includes('up')) await new Promise((resolve) => setTimeout(resolve, 10))
    life?.workload('app')?.stop()
    const pod = await world.until('web', ({ status }) => status?.phase === 'Failed')
    const [said] = (pod.status?.containerStatuses ?? []) as readonly Ended[]
    assert.equal(said?.state.terminated?.exitCode, 3)
  }))

test('what an image brings gives way to a volume above it', (t) =>
  withMounts(t, async (world) => {
    const conf = { name: 'conf', configMap: { name: 'conf' } }
    world.state.create('configmaps', {
      metadata: { name: 'conf' },
      data: { 'nginx.conf': '# of the volume\nevents {}\nhttp { server { listen 8080; } }\n' },
    })
    // The image's is the configuration as it runs, which has more in it.
    const line = 'cat /etc/nginx/nginx.conf; ! grep "daemon off" /etc/nginx/nginx.conf'
    const exec = { command: ['sh', '-c', line] }
    world.add(
      'web',
      {
        image: 'nginx',
        volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx' }],
        readinessProbe: { exec, periodSeconds: 1 },
      },
      { volumes: [conf] },
    )
    const pod = await world.until('web', (one) => isReady(one) || waitsFor(one)?.message !== undefined)
    if (/apt-get install/.test(waitsFor(pod)?.message ?? '')) return
    assert.ok(isReady(pod), JSON.stringify(pod.status))
  }))
