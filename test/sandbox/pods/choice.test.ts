import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose, commandAnnotation } from '../../../src/sandbox/pods/choice.ts'
import type { Container } from '../../../src/sandbox/pods/objects.ts'

const rows: readonly {
  readonly name: string
  readonly container: Partial<Container>
  readonly annotations?: Readonly<Record<string, string>>
  readonly comes: object
}[] = [
  { name: 'nginx with any tag', container: { image: 'nginx:1.27-alpine' }, comes: { is: 'nginx' } },
  {
    name: 'of the library, with a digest',
    container: { image: 'docker.io/library/nginx@sha256:00ff' },
    comes: { is: 'nginx' },
  },
  { name: 'of a registry with a port', container: { image: 'localhost:5000/nginx' }, comes: { is: 'nginx' } },
  { name: 'of somebody else', container: { image: 'bprashanth/nginxhttps:1.0' }, comes: { is: 'nginx' } },
  {
    name: 'its own command is the image',
    container: { image: 'nginx', command: ['nginx', '-g', 'daemon off;'] },
    comes: { is: 'nginx' },
  },
  {
    name: 'what only begins like nginx is unknown',
    container: { image: 'nginx-ingress' },
    comes: { is: 'refused', reason: 'ErrImagePull' },
  },
  {
    name: 'echo takes the ports of its container',
    container: { image: 'echo', ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] },
    comes: { is: 'echo', tcp: [80], udp: [53] },
  },
  {
    name: 'or its usual one',
    container: { image: 'traefik/whoami' },
    comes: { is: 'echo', tcp: [80], udp: [] },
  },
  {
    name: 'or what its arguments say',
    container: { image: 'hashicorp/http-echo', args: ['-listen=:9000', '-text=hi'] },
    comes: { is: 'echo', tcp: [9000], text: 'hi' },
  },
  {
    name: 'after a blank',
    container: { image: 'hashicorp/http-echo', args: ['--port', '9000', '--text', 'a=b'] },
    comes: { is: 'echo', tcp: [9000], text: 'a=b' },
  },
  {
    name: 'the lowest port there is',
    container: { image: 'traefik/whoami', args: ['--port=1'] },
    comes: { tcp: [1] },
  },
  ...['0', '65536', 'x', ''].map((port) => ({
    name: `no port: "${port}"`,
    container: { image: 'traefik/whoami', args: [`--port=${port}`] },
    comes: { tcp: [80] },
  })),
  {
    name: 'one port of a container is all it has',
    container: { image: 'traefik/whoami', ports: [{ containerPort: 53, protocol: 'UDP' }] },
    comes: { is: 'echo', tcp: [], udp: [53] },
  },
  {
    name: 'a command',
    container: { image: 'me/app', command: ['app'], args: ['-v'] },
    comes: { is: 'command', command: ['app', '-v'] },
  },
  {
    name: 'a shell image with arguments runs them',
    container: { image: 'busybox', args: ['sleep', '9'] },
    comes: { is: 'command', command: ['sleep', '9'] },
  },
  {
    name: 'python with a module',
    container: { image: 'python:3', args: ['-m', 'http.server'] },
    comes: { is: 'command', command: ['python3', '-m', 'http.server'] },
  },
  {
    name: 'the annotation comes first',
    container: { image: 'me/app', command: ['app'] },
    annotations: { [commandAnnotation]: 'run me' },
    comes: { is: 'command', command: ['sh', '-c', 'run me'] },
  },
  {
    name: 'that of the container before it',
    container: {},
    annotations: { [commandAnnotation]: 'one', [`${commandAnnotation}.app`]: 'echo' },
    comes: { is: 'echo', tcp: [8080] },
  },
  {
    name: 'no image name',
    container: { image: 'UPPER/case' },
    comes: { is: 'refused', reason: 'InvalidImageName' },
  },
]

for (const { name, container, annotations = {}, comes } of rows)
  test(name, () => {
    const chosen = choose({ metadata: { name: 'web', annotations } }, { name: 'app', ...container })
    const found = Object.fromEntries(Object.keys(comes).map((key) => [key, Reflect.get(chosen, key)]))
    assert.deepEqual(found, comes)
  })

test('a refusal says what is accepted and how to give a command', () => {
  const chosen = choose({ metadata: { name: 'web' } }, { name: 'app', image: 'me/app' })
  assert.ok('message' in chosen)
  assert.doesNotMatch(chosen.message, /\*/)
  assert.match(
    chosen.message,
    /nothing that stands in for "me\/app".*nginx.*sandbox images.*sandbox\.lb-controller\.io\/command/,
  )
})
