/** What a clumsy or a hostile user gives a sandbox, and what it answers: what, where, what is accepted, how to mend it. */
import assert from 'node:assert/strict'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SandboxState } from '../../../src/sandbox/facts.ts'
import { homeOf, stateDir, type Home } from './home.ts'
import { kubectlProgram, withoutKubectl } from './sandbox-stage.ts'
import { listeningAt, processesWith, within } from './traces.ts'

const base = 91
const own = ['--base', String(base)]
const run = promisify(execFile)

const serviceOf = (name: string, port: number, more = '') => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  annotations: { ${more} }
spec:
  type: LoadBalancer
  selector: { app: ${name} }
  ports: [{ port: ${port}, targetPort: 8080 }]
`

const podOf = (name: string, rest: string) => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  labels: { app: ${name} }
spec:
  containers: [{ name: c, ${rest} }]
`

/** kubectl on the sandbox in the state folder; its output and errors together. */
const kubectlOn =
  (home: Home) =>
  async (...args: string[]): Promise<string> => {
    const env = { ...home.env, KUBECONFIG: join(stateDir(home), 'kubeconfig') }
    return run(kubectlProgram ?? 'kubectl', args, { env }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    )
  }

/** Asks until the answer fits; answers the last one. */
async function eventually(ask: () => Promise<string>, fits: RegExp, patienceMs = 90_000): Promise<string> {
  const until = Date.now() + patienceMs
  for (;;) {
    const said = await ask()
    if (fits.test(said) || Date.now() > until) return said
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

interface Folder {
  readonly name: string
  /** Makes what is wrong; answers what is given as state folder. */
  readonly make: (home: Home) => string
  readonly says: RegExp
}

const folders: readonly Folder[] = [
  {
    name: 'a file',
    make: ({ path }) => {
      writeFileSync(join(path, 'f'), '')
      return join(path, 'f')
    },
    says: /f is not a folder; name another one\n {2}hint: name a folder of your own with --state-dir/,
  },
  {
    name: 'below a file',
    make: ({ path }) => {
      writeFileSync(join(path, 'f'), '')
      return join(path, 'f', 'x')
    },
    says: /cannot be made: part of the path is a file/,
  },
  {
    name: 'where no folder can be made',
    make: () => '/proc/lb-controller',
    says: /\/proc\/.* cannot be made: /,
  },
  {
    name: 'somebody else’s, by a link',
    make: ({ path }) => {
      symlinkSync(path, join(path, 'l'))
      return join(path, 'l')
    },
    says: /l is no folder of a sandbox: it holds .*\n {2}hint: name a folder that is empty/,
  },
  {
    name: 'a link to an empty folder',
    make: ({ path }) => {
      mkdirSync(join(path, 'empty'))
      symlinkSync(join(path, 'empty'), join(path, 'l'))
      return join(path, 'l')
    },
    says: /l is not a folder; name another one/,
  },
  {
    name: 'with a folder for a log',
    make: ({ path }) => {
      mkdirSync(join(path, 'd', 'log'), { recursive: true })
      return join(path, 'd')
    },
    says: /log cannot be written: it is a folder\n {2}hint: mend it, or name another folder/,
  },
]

for (const { name, make, says } of folders)
  for (const how of [[], ['--detach']])
    test(`a state folder that is ${name} ${how.join('')}`, { timeout: 60_000 }, async (t) => {
      const home = homeOf(t)
      const { code, out, err } = await home.run('--state-dir', make(home), ...own, ...how)
      assert.deepEqual([code, out], [1, ''])
      assert.match(err, says)
      assert.doesNotMatch(err, /^ +at /m)
    })

test('a log on a full disk costs the log, and not the sandbox', async (t) => {
  const home = homeOf(t)
  mkdirSync(stateDir(home), { mode: 0o700 })
  symlinkSync('/dev/full', join(stateDir(home), 'log'))
  const { child, ended } = await home.start(...own)
  child.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
})

test('the page’s port is taken: told with the way out, and nothing is left', async (t) => {
  const home = homeOf(t)
  const other = createServer().listen(7080, `127.${base}.0.1`)
  await once(other, 'listening')
  t.after(() => other.close())
  const { code, out, err } = await home.run('--detach', ...own)
  assert.deepEqual([code, out], [1, ''])
  assert.equal(
    err,
    `lb-controller: the page cannot be served at 127.${base}.0.1:7080: another program has it\n` +
      '  hint: choose another port with --page-port; 0 takes any free one, off serves none\n',
  )
  assert.deepEqual(processesWith(home.path), [])
})

test('a second sandbox in one folder, or at one base', async (t) => {
  const home = homeOf(t)
  const { child, ended } = await home.start(...own)
  const folder = await home.run('--state-dir', stateDir(home), '--name', 'other', '--base', String(base + 1))
  assert.equal(folder.code, 1)
  assert.match(
    folder.err,
    new RegExp(`a sandbox runs in ${stateDir(home)} already: process ${child.pid}, since `),
  )
  assert.match(folder.err, /hint: end it with "lb-controller sandbox stop --name other --state-dir \//)
  const address = await home.run('--detach', ...own)
  assert.equal(address.code, 1)
  assert.match(address.err, /so the base 91 is not free\n {2}hint: name another one with --base, or none/)
  child.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
  assert.deepEqual(listeningAt(base), [])
})

test('mistakes in a file are told with their lines; the rest of it serves', async (t) => {
  const home = homeOf(t)
  const file = join(home.path, 'a.yaml')
  const typo = serviceOf('typo', 80).replace('LoadBalancer', 'LoadBalancr')
  const field = podOf('field', 'image: echo').replace('containers', 'container')
  writeFileSync(file, `${typo}${field}${podOf('good', 'image: echo')}`)
  const { code, out, err } = await home.run('--detach', '--page-port', 'off', ...own, '--file', file)
  t.after(() => home.run('stop'))
  assert.equal(code, 1)
  assert.match(
    err,
    /a\.yaml:7:3 LB_SANDBOX_REFUSED error: Service "typo" is invalid: spec\.type: Unsupported value/,
  )
  assert.match(err, /supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"/)
  assert.match(err, /a\.yaml:\d+:\d+ LB_SANDBOX_REFUSED error: .*field not declared in schema/)
  assert.match(out, /1 of 3 objects applied\n {2}pod default\/good: Running/)
  assert.match(out, /KUBECONFIG=.*\n {2}kubectl get pods,services -o wide\n$/)
})

test('Ctrl-C while manifests are applied or waited for is an end like any other', async (t) => {
  const home = homeOf(t)
  const file = join(home.path, 'a.yaml')
  const many = Array.from({ length: 150 }, (_, at) => podOf(`p-${at}`, 'image: echo')).join('')
  for (const text of [many, podOf('never', 'image: nobody-knows')]) {
    writeFileSync(file, text)
    const bin = fileURLToPath(new URL('../../../bin/lb-controller.mjs', import.meta.url))
    const words = ['sandbox', '--page-port', 'off', '--state-dir', stateDir(home), ...own, '--file', file]
    const child: ChildProcess = spawn(process.execPath, [bin, ...words], { env: home.env })
    let err = ''
    child.stderr?.on('data', (piece) => (err += String(piece)))
    const ended = once(child, 'exit')
    let out = ''
    child.stdout?.on('data', (piece) => (out += String(piece)))
    assert.ok(
      (await within(60_000, () => out.includes('log  ') || child.exitCode !== null)) &&
        child.exitCode === null,
      out + err,
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    child.kill('SIGINT')
    assert.deepEqual([await ended, err], [[0, null], ''])
    assert.deepEqual(readdirSync(stateDir(home)), ['log'])
    assert.deepEqual(processesWith(stateDir(home)), [])
  }
})

test('SIGKILL of both processes at once, and a start in the same place', async (t) => {
  const home = homeOf(t)
  const first = await home.start(...own)
  for (const pid of processesWith(stateDir(home))) process.kill(pid, 'SIGKILL')
  await first.ended
  assert.ok(await within(20_000, () => processesWith(stateDir(home)).length === 0))
  const second = await home.start(...own)
  const { out } = await home.run('status', '--state-dir', stateDir(home), '-o', 'json')
  assert.deepEqual((JSON.parse(out) as SandboxState).lacks, [])
  second.child.kill('SIGTERM')
  assert.deepEqual(await second.ended, [0, null])
})

test('pods, ports and certificates that cannot be', { skip: withoutKubectl }, async (t) => {
  const home = homeOf(t)
  const { child, ended } = await home.start(...own)
  const kubectl = kubectlOn(home)
  const apply = async (text: string) => {
    writeFileSync(join(home.path, 'm.yaml'), text)
    return kubectl('apply', '-f', join(home.path, 'm.yaml'))
  }
  const conditionOf = (name: string) =>
    kubectl(
      'get',
      'svc',
      name,
      '-o',
      'jsonpath={.status.conditions[?(@.type=="lb-controller.io/Ready")].message}',
    )

  /** Services that wait for something. */
  const waitingNames = () =>
    kubectl(
      'get',
      'svc',
      '-o',
      'jsonpath={range .items[?(@.status.conditions[0].status=="False")]}{.metadata.name} {end}',
    )

  await t.test('a command that exits', async () => {
    await apply(podOf('crash', 'image: busybox, args: [sh, -c, "echo oops; exit 3"]'))
    const shown = await eventually(() => kubectl('get', 'pod', 'crash'), /CrashLoopBackOff +[1-9]/)
    assert.match(shown, /CrashLoopBackOff +[1-9]/)
    assert.match(await kubectl('logs', 'crash', '--previous'), /^oops$/m)
    assert.match(await kubectl('describe', 'pod', 'crash'), /Exit Code: +3/)
  })

  await t.test('a command that is not there', async () => {
    await apply(podOf('missing', 'image: busybox, command: [no-such-program]'))
    const shown = await eventually(() => kubectl('describe', 'pod', 'missing'), /no-such-program.*not found/)
    assert.match(shown, /no-such-program.*not found/)
  })

  await t.test('an image that nothing stands in for', async () => {
    await apply(podOf('unknown', 'image: "mysql:8"'))
    const shown = await eventually(() => kubectl('describe', 'pod', 'unknown'), /ImagePullBackOff/)
    assert.match(shown, /nothing that stands in for "mysql:8"\. Known are nginx, echo/)
    assert.match(shown, /sandbox\.lb-controller\.io\/command: "COMMAND"/)
  })

  await t.test('a load balancer’s port that another program has', async () => {
    const places = Array.from({ length: 9 }, (_, at) => `127.${base}.240.${at + 1}`)
    const others = places.map((address) => createServer().listen(8088, address))
    await Promise.all(others.map((other) => once(other, 'listening')))
    await apply(serviceOf('taken', 8088) + podOf('taken', 'image: echo'))
    const said = await eventually(() => conditionOf('taken'), /not served/)
    assert.match(
      said,
      new RegExp(`port 8088 is not served: another program listens on TCP 127\\.${base}\\.240\\.\\d:8088`),
    )
    const { out } = await home.run('status', '--state-dir', stateDir(home))
    assert.match(out, /default\/taken +127\.\S+ +8088\/TCP +Synced: .*another program listens/)
    assert.match(
      await kubectl('describe', 'svc', 'taken'),
      /Warning +LoadBalancerNotAsAsked .*port 8088 is not served: another program listens/,
    )
    // The balancer tries again by itself, and the controller hears of it with its next list.
    for (const other of others) other.close()
    const again = await eventually(() => conditionOf('taken'), /in place$/)
    assert.match(again, /in place$/)
  })

  const key = 'local.lb-controller.io'
  const tls = (name: string) => serviceOf(name, 443, `${key}/ssl-cert: ${name}, ${key}/ssl-ports: "443"`)
  const openssl = (...args: string[]) => run('openssl', args, { cwd: home.path })
  const secret = (name: string, cert: string, keyFile: string) =>
    kubectl(
      'create',
      'secret',
      'generic',
      name,
      '--type=kubernetes.io/tls',
      `--from-file=tls.crt=${join(home.path, cert)}`,
      `--from-file=tls.key=${join(home.path, keyFile)}`,
    )

  await t.test('certificates: no Secret, no PEM, another one’s key, expired', async () => {
    for (const name of ['one', 'two'])
      await openssl(
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=web',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.crt`,
      )
    await openssl('req', '-new', '-key', 'one.key', '-subj', '/CN=web', '-out', 'old.csr')
    await openssl('x509', '-req', '-in', 'old.csr', '-signkey', 'one.key', '-days', '-1', '-out', 'old.crt')
    writeFileSync(join(home.path, 'no.pem'), 'hello')
    const wrongs = [
      { name: 'none', says: /none/ },
      { name: 'nopem', files: ['no.pem', 'one.key'], says: /PEM|certificate/ },
      { name: 'otherkey', files: ['one.crt', 'two.key'], says: /key/ },
      { name: 'expired', files: ['old.crt', 'one.key'], says: /expired|ended|valid/ },
    ] as const
    for (const { name, says, ...more } of wrongs) {
      if ('files' in more) await secret(name, more.files[0], more.files[1])
      await apply(tls(name))
      const said = await eventually(() => conditionOf(name), says)
      t.diagnostic(`${name}: ${said}`)
      assert.match(said, says)
    }
  })

  await t.test('the pool is used up: it is named, and who holds it', async () => {
    await apply(Array.from({ length: 256 }, (_, at) => serviceOf(`s-${at}`, 80)).join('---\n'))
    const waiting = (await eventually(waitingNames, /s-\d+/))
      .split(' ')
      .filter((name) => /^s-\d+$/.test(name))
    assert.ok(waiting.length > 0)
    const said = await eventually(() => conditionOf(waiting[0] ?? ''), /no address is free/)
    assert.match(said, /no address is free: pool sandbox .* is held by /)
    assert.match(said, /default\/|@/)
  })

  const old = join(home.path, 'old')
  copyFileSync(join(stateDir(home), 'kubeconfig'), old)
  child.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
  await t.test('a kubeconfig that is older than the sandbox', async () => {
    assert.match(await kubectl('--kubeconfig', old, 'get', 'pods'), /was refused/)
    const next = await home.start(...own)
    // Another key and another token: whoever had the old ones gets nowhere.
    assert.match(await kubectl('--kubeconfig', old, 'get', 'pods'), /certificate|Unauthorized/)
    next.child.kill('SIGTERM')
    assert.deepEqual(await next.ended, [0, null])
  })
})

test('stop says what kubectl would not', async (t) => {
  const home = homeOf(t)
  await home.run('--detach', '--page-port', 'off', ...own)
  const folder = join(home.path, '.local/state/lb-controller/sandbox/default')
  const shell = { ...home, env: { ...home.env, KUBECONFIG: join(folder, 'kubeconfig') } }
  const bin = fileURLToPath(new URL('../../../bin/lb-controller.mjs', import.meta.url))
  const { stdout } = await run(process.execPath, [bin, 'sandbox', 'stop'], { env: shell.env })
  assert.match(stdout, /^the sandbox default has ended\nKUBECONFIG still names it here.*unset KUBECONFIG\n$/)
})
