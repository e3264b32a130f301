/** exec, attach, logs, run -it and port-forward: a real kubectl, a sandbox, and a user at a terminal. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startOnTerminal } from '../../../src/sandbox/pods/terminal.ts'
import { kubectlProgram, openSandboxStage, withoutKubectl, type SandboxStage } from './sandbox-stage.ts'

const base = 112
const file = fileURLToPath(new URL('streams.yaml', import.meta.url))
const options = { skip: withoutKubectl, timeout: 240_000 }

let stage: SandboxStage

before(async () => {
  if (withoutKubectl !== false) return
  stage = await openSandboxStage({ base, args: ['--nodes', '2'] })
  await stage.kubectl('apply', '-f', file)
  await stage.kubectl('wait', 'pod/talker', 'pod/web', '--for=condition=Ready', '--timeout=120s')
})

after(() => stage?.close())

const start = (args: readonly string[], env = {}): ChildProcess =>
  spawn(kubectlProgram ?? 'kubectl', args, { env: { ...stage.env, ...env }, stdio: 'pipe' })

/** Runs kubectl to its end, with this as its input. */
async function kubectl(args: readonly string[], input: Uint8Array | string = '', env = {}) {
  const child = start(args, env)
  const outputs = Promise.all([child.stdout?.toArray(), child.stderr?.toArray()])
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  const [code] = (await once(child, 'close')) as [number]
  const [out, err] = (await outputs).map((chunks) => Buffer.concat(chunks as Buffer[]))
  return { code, bytes: out ?? Buffer.alloc(0), out: String(out), err: String(err) }
}

/** A kubectl that goes on, and a wait until it has said something. */
function following(args: readonly string[]) {
  const child = start(args)
  let text = ''
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return {
    child,
    says: async (part: string) => {
      for (let left = 1200; left > 0 && !text.includes(part); left--)
        await new Promise((resolve) => setTimeout(resolve, 50))
      assert.ok(text.includes(part), `"${part}" is not in: ${text}`)
    },
    async end() {
      child.kill('SIGINT')
      await once(child, 'close')
    },
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** SPDY is what kubectl used before 1.31, and still falls back to. */
for (const [over, env] of [
  ['WebSocket', {}],
  ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }],
] as const) {
  test(`exec over ${over}: outputs apart, and the exit code`, options, async () => {
    const script = 'echo out; echo err >&2; exit 3'
    const { code, out, err } = await kubectl(
      ['exec', 'talker', '-c', 'side', '--', 'sh', '-c', script],
      '',
      env,
    )
    assert.deepEqual([code, out, err], [3, 'out\n', 'err\ncommand terminated with exit code 3\n'])
  })

  test(`exec over ${over}: bytes through a pipe, both ways`, options, async () => {
    const input = randomBytes(3_000_000)
    const { code, bytes } = await kubectl(['exec', '-i', 'talker', '-c', 'side', '--', 'cat'], input, env)
    assert.deepEqual([code, hashOf(bytes)], [0, hashOf(input)])
  })

  test(`exec over ${over}: a long output, and an input that nobody reads to its end`, options, async () => {
    const much = ['exec', 'talker', '-c', 'side', '--', 'head', '-c', '50000000', '/dev/zero']
    assert.equal((await kubectl(much, '', env)).bytes.length, 50_000_000)
    const few = ['exec', '-i', 'talker', '-c', 'side', '--', 'head', '-c', '10']
    assert.equal((await kubectl(few, randomBytes(3_000_000), env)).bytes.length, 10)
  })
}

const refusals: readonly { name: string; args: readonly string[]; says: RegExp }[] = [
  {
    name: 'no such container',
    args: ['exec', 'talker', '-c', 'none', '--', 'ls'],
    says: /container none is not valid for pod talker/,
  },
  { name: 'no such pod', args: ['exec', 'nobody', '--', 'ls'], says: /pods "nobody" not found/ },
  {
    name: 'a pod that does not run',
    args: ['exec', 'stuck', '--', 'ls'],
    says: /container main .*not running|container not found/,
  },
  {
    name: 'no such command',
    args: ['exec', 'talker', '-c', 'side', '--', 'no-such'],
    says: /no-such.*not found/,
  },
  {
    name: 'logs of a pod that does not run',
    args: ['logs', 'stuck'],
    says: /container "main" in pod "stuck" is waiting to start: (ErrImagePull|ImagePullBackOff|trying and failing)/,
  },
  {
    name: 'logs of no run before',
    args: ['logs', 'talker', '-c', 'side', '--previous'],
    says: /previous terminated container "side" in pod "talker" not found/,
  },
]

for (const { name, args, says } of refusals)
  test(`an error: ${name}`, options, async () => {
    const { code, err } = await kubectl(args)
    assert.match(err, says)
    assert.equal(code, 1)
  })

test(
  'logs: tail, timestamps, since, of a run before; attach brings a line, and -f shows what comes',
  options,
  async () => {
    assert.equal((await kubectl(['logs', 'talker', '-c', 'main'])).out, 'one\ntwo\n')
    assert.equal((await kubectl(['logs', 'talker', '-c', 'main', '--tail', '1'])).out, 'two\n')
    assert.match(
      (await kubectl(['logs', 'talker', '-c', 'main', '--timestamps'])).out,
      /^\d{4}-\d\d-\d\dT[\d:.]+Z one\n/,
    )
    assert.equal(
      (await kubectl(['logs', 'talker', '-c', 'main', '--since-time', '2100-01-01T00:00:00Z'])).out,
      '',
    )
    const logs = following(['logs', '-f', 'talker', '-c', 'main'])
    const attached = following(['attach', '-i', 'talker', '-c', 'main'])
    await logs.says('two')
    attached.child.stdin?.write('hello\n')
    await logs.says('heard hello')
    await attached.says('heard hello')
    await logs.end()
    await attached.end()
    assert.match((await kubectl(['logs', 'mortal', '--previous'])).out, /^my last words\n$/)
  },
)

test('run -it --rm: a terminal of its size, names of the cluster, and curl to them', options, async () => {
  const command = [
    kubectlProgram ?? 'kubectl',
    'run',
    'curl',
    '--image=radial/busyboxplus:curl',
    '-i',
    '--tty',
    '--rm',
  ]
  const user = await startOnTerminal(command, { env: stage.env, cwd: '/', size: { columns: 97, rows: 31 } })
  let shown = ''
  user.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()))
  const shows = async (answer: RegExp, patienceMs = 60_000) => {
    for (let left = patienceMs / 50; left > 0 && !answer.test(shown); left--)
      await new Promise((resolve) => setTimeout(resolve, 50))
    assert.match(shown, answer)
  }
  const type = async (line: string, answer: RegExp) => {
    user.stdin.write(`${line}\r`)
    await shows(answer)
  }
  await type('', /\[ root@curl:\/ \]\$ /)
  // Its size is told on another way than what is typed, and may come after it.
  await type('until stty size | grep -x "31 97"; do sleep 0.1; done', /\n31 97\r/)
  await type(
    'nslookup web',
    /Server: +127\.112\.192\.10\r\n.*\r\n\r\nName: +web\r\nAddress 1: 127\.112\.19\d\.\d+\r/,
  )
  await type('curl -s http://web/', /pod[": ]+web/i)
  await type('exit', /pod "curl" deleted/)
  assert.deepEqual(await user.ended, { exitCode: 0 })
})

for (const [over, env] of [
  ['a WebSocket', {}],
  ['SPDY alone', { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
] as const)
  test(`port-forward over ${over}`, options, async () => {
    const child = start(['port-forward', 'pod/web', ':8080', ':9'], env)
    const closed = once(child, 'close')
    let text = ''
    for (const output of [child.stdout, child.stderr])
      output?.on('data', (chunk: Buffer) => (text += chunk.toString()))
    const portTo = (port: number) => new RegExp(`127.0.0.1:(\\d+) -> ${port}\\n`).exec(text)?.[1]
    while (portTo(8080) === undefined || portTo(9) === undefined) await once(child.stdout ?? child, 'data')
    const ask = async (port: number) => (await fetch(`http://127.0.0.1:${portTo(port)}/`)).text()
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(8080)))
    assert.ok(answers.every((answer) => answer.includes('web')))
    await assert.rejects(ask(9))
    for (let left = 1200; left > 0 && !text.includes('ECONNREFUSED'); left--)
      await new Promise((resolve) => setTimeout(resolve, 50))
    assert.match(text, /error forwarding port 9 to pod default\/web: .*ECONNREFUSED/)
    // A kubectl of today takes such an error for a lost pod, and ends by itself; an older one goes on.
    child.kill('SIGINT')
    await closed
  })
