import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import * as library from '@kubernetes/client-node'
import { readPlainYaml } from '../../src/config/plain-yaml.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { libraryIdentity } from '../../src/kube/identity.ts'
import { loadKubeConfig } from '../../src/kube/kubeconfig.ts'
import { plainIdentity, type PlainSurroundings } from '../../src/kube/plain-identity.ts'

interface Row {
  readonly name: string
  readonly cluster?: object
  readonly user?: object
  readonly context?: string
  /** The library is asked. Default: it is not. */
  readonly plain?: false
}

const server = 'https://api.example:6443'
const data = Buffer.from('pem').toString('base64')

const rows: readonly Row[] = [
  { name: 'a token', user: { token: 'secret' } },
  { name: 'a token file beside the kubeconfig', user: { tokenFile: 'token' } },
  { name: 'a certificate in it', user: { 'client-certificate-data': data, 'client-key-data': data } },
  { name: 'a certificate in files', user: { 'client-certificate': 'token', 'client-key': 'token' } },
  { name: 'a CA in it', cluster: { server, 'certificate-authority-data': data } },
  { name: 'a CA in a file', cluster: { server, 'certificate-authority': 'token' } },
  { name: 'not verified', cluster: { server, 'insecure-skip-tls-verify': true } },
  { name: 'another name in the certificate', cluster: { server, 'tls-server-name': 'kubernetes' } },
  { name: 'plain http on loopback', cluster: { server: 'http://127.0.0.1:8001' } },
  { name: 'another context', context: 'other' },
  { name: 'plain http elsewhere', cluster: { server: 'http://192.0.2.1' }, plain: false },
  { name: 'a proxy', cluster: { server, 'proxy-url': 'http://192.0.2.1:3128' }, plain: false },
  { name: 'an exec plugin', user: { exec: { command: 'aws' } }, plain: false },
  { name: 'a password', user: { username: 'a', password: 'b' }, plain: false },
  { name: 'somebody else', user: { token: 'secret', as: 'jane' }, plain: false },
  { name: 'two tokens', user: { token: 'secret', tokenFile: 'token' }, plain: false },
  {
    name: 'two CAs',
    cluster: { server, 'certificate-authority': 'token', 'certificate-authority-data': data },
    plain: false,
  },
  { name: 'no context of this name', context: 'none', plain: false },
]

const kubeconfig = ({ cluster = { server }, user = { token: 'secret' } }: Row) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    { name: 'c', cluster },
    { name: 'd', cluster: { server: 'https://other.example' } },
  ],
  users: [{ name: 'u', user }],
  contexts: [
    { name: 'x', context: { cluster: 'c', user: 'u' } },
    { name: 'other', context: { cluster: 'd', user: 'u' } },
  ],
  'current-context': 'x',
})

function inFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'lb-identity-'))
  const remove = () => rmSync(folder, { recursive: true })
  try {
    const answer = run(folder)
    if (answer instanceof Promise) return answer.finally(remove) as T
    remove()
    return answer
  } catch (error) {
    remove()
    throw error
  }
}

const around: PlainSurroundings = { clock: systemClock, env: {}, readYaml: readPlainYaml }

for (const row of rows)
  test(`plain identity: ${row.name}`, () =>
    inFolder(async (folder) => {
      const file = join(folder, 'config')
      writeFileSync(join(folder, 'token'), 'from a file\n')
      writeFileSync(file, JSON.stringify(kubeconfig(row)))
      const choice = { kubeconfig: file, ...(row.context === undefined ? {} : { context: row.context }) }
      const plain = plainIdentity(choice, around)
      assert.equal(plain !== undefined, row.plain !== false)
      if (plain === undefined) return
      const byLibrary = libraryIdentity(loadKubeConfig(library, choice))
      assert.equal(plain.server, byLibrary.server)
      const [mine, theirs] = [await plain.credentials(), await byLibrary.credentials()]
      assert.deepEqual(mine.headers, theirs.headers)
      // The library does not verify plain http, where there is nothing to verify.
      if (plain.server.startsWith('https:')) assert.deepEqual(mine.connection, theirs.connection)
    }))

test('plain identity: YAML as kubectl writes it, by KUBECONFIG and from home', () =>
  inFolder((folder) => {
    const text = [
      'apiVersion: v1',
      'clusters:',
      `- cluster:\n    server: ${server}\n  name: c`,
      'contexts:',
      '- context:\n    cluster: c\n    user: u\n  name: x',
      'current-context: x',
      'kind: Config',
      'preferences: {}',
      'users:',
      '- name: u\n  user:\n    token: secret',
      '',
    ].join('\n')
    const file = join(folder, '.kube', 'config')
    mkdirSync(dirname(file))
    writeFileSync(file, text)
    assert.equal(plainIdentity({}, { ...around, env: { KUBECONFIG: file } })?.server, server)
    assert.equal(plainIdentity({}, { ...around, env: { HOME: folder } })?.server, server)
    assert.equal(plainIdentity({}, { ...around, env: { KUBECONFIG: `${file}:${file}` } }), undefined)
    assert.equal(plainIdentity({ kubeconfig: join(folder, 'none') }, around), undefined)
    writeFileSync(file, '{ clusters: [')
    assert.equal(plainIdentity({ kubeconfig: file }, around), undefined)
  }))

test('plain identity: the account of a Pod, whose token and CA are replaced', () =>
  inFolder(async (root) => {
    const account = join(root, '/var/run/secrets/kubernetes.io/serviceaccount')
    mkdirSync(account, { recursive: true })
    const [token, ca] = [join(account, 'token'), join(account, 'ca.crt')]
    writeFileSync(token, 'first')
    writeFileSync(ca, 'one')
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
    let now = 0
    const clock = { ...systemClock, now: () => now }
    const identity = plainIdentity({}, { clock, env, root })
    assert.equal(identity?.server, 'https://[fd00::1]:443')
    const seen = async () => {
      const { headers, connection } = await identity.credentials()
      return [headers.authorization, connection.type === 'agent' ? String(connection.connect.ca) : '']
    }
    assert.deepEqual(await seen(), ['Bearer first', 'one'])
    writeFileSync(token, 'second')
    writeFileSync(ca, 'two')
    assert.deepEqual(await seen(), ['Bearer first', 'two'])
    now = 61_000
    assert.deepEqual(await seen(), ['Bearer second', 'two'])
    rmSync(ca)
    assert.equal(plainIdentity({ inCluster: true }, { clock, env, root }), undefined)
    assert.equal(plainIdentity({}, { clock, env: {}, root }), undefined)
  }))
