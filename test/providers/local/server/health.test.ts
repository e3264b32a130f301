import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import type { LocalHealthCheck, LocalTarget } from '../../../../providers/local/api.ts'
import { HealthChecks } from '../../../../providers/local/server/health-checks.ts'
import { probe } from '../../../../providers/local/server/health-probe.ts'
import { judged, unproven, type Outcome } from '../../../../providers/local/server/health-verdict.ts'
import { VirtualClock } from '../../../../src/lib/clock.ts'
import { listening, target } from '../../../relay/bed.ts'
import { freePort } from '../../../support/free-port.ts'

const check: LocalHealthCheck = {
  protocol: 'TCP',
  intervalMs: 1000,
  timeoutMs: 500,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
}

const outcome = (passed: boolean): Outcome => ({ passed, reason: passed ? 'passed' : 'refused', message: '' })

const verdicts: readonly { name: string; outcomes: string; standings: string }[] = [
  { name: 'the first that passes decides', outcomes: '+', standings: 'h' },
  { name: 'the first that fails decides', outcomes: '-', standings: 'u' },
  { name: 'three in a row take it out', outcomes: '+---', standings: 'hhhu' },
  { name: 'one that passes starts the count again', outcomes: '+--+--', standings: 'hhhhhh' },
  { name: 'two in a row bring it back', outcomes: '-++', standings: 'uuh' },
  { name: 'one that fails starts the count again', outcomes: '-+-+', standings: 'uuuu' },
]

for (const { name, outcomes, standings } of verdicts)
  test(`verdict: ${name}`, () => {
    let verdict = unproven
    const seen = Array.from(outcomes, (each) => {
      verdict = judged(verdict, outcome(each === '+'), check)
      return verdict.standing.charAt(0)
    })
    assert.equal(seen.join(''), standings)
  })

test('a verdict tells the last outcome that spoke for it', () => {
  const healthy = judged(unproven, { passed: true, reason: 'passed', message: 'fine' }, check)
  assert.equal(judged(healthy, { passed: false, reason: 'refused', message: 'no' }, check).message, 'fine')
})

/** A bed where each place answers as it is told, on a clock that the test moves. */
function bed() {
  const clock = new VirtualClock()
  const failing = new Set<string>()
  const asked: string[] = []
  let changes = 0
  const checks = new HealthChecks({
    clock,
    random: () => 0.5,
    probe: ({ address, port }) => {
      const place = `${address}:${port}`
      asked.push(place)
      return Promise.resolve(outcome(!failing.has(place)))
    },
    onChange: () => changes++,
  })
  return { clock, failing, asked, checks, changes: () => changes }
}

const one: LocalTarget = { address: '10.0.0.1', port: 80 }
const two: LocalTarget = { address: '10.0.0.2', port: 80 }

test('a new target is checked at once, then at each interval, and no more when it is gone', async () => {
  const { clock, asked, checks, changes } = bed()
  checks.watch([{ target: one, check }])
  assert.equal(checks.verdictOf(one, check).standing, 'unproven')
  await clock.advance(0)
  assert.deepEqual([asked.length, changes(), checks.verdictOf(one, check).standing], [1, 1, 'healthy'])
  await clock.advance(999)
  assert.equal(asked.length, 1)
  await clock.advance(2001)
  assert.equal(asked.length, 4)
  checks.watch([])
  await clock.advance(5000)
  assert.equal(asked.length, 4)
  assert.equal(clock.nextAt, undefined)
})

test('a target that fails is out after its threshold, and others are not disturbed', async () => {
  const { clock, failing, checks, changes } = bed()
  checks.watch([one, two].map((target) => ({ target, check })))
  await clock.advance(0)
  failing.add('10.0.0.1:80')
  await clock.advance(2999)
  assert.equal(checks.verdictOf(one, check).standing, 'healthy')
  await clock.advance(1)
  assert.equal(checks.verdictOf(one, check).standing, 'unhealthy')
  assert.equal(checks.verdictOf(two, check).standing, 'healthy')
  assert.equal(changes(), 3)
})

test('listeners that ask the same share a check; another pace keeps what is known', async () => {
  const { clock, asked, checks } = bed()
  const health = { ...check, port: 10256 }
  checks.watch([
    { target: one, check: health },
    { target: { ...one, port: 81 }, check: health },
  ])
  await clock.advance(0)
  assert.deepEqual(asked, ['10.0.0.1:10256'])
  const slower = { ...health, intervalMs: 5000 }
  checks.watch([{ target: one, check: slower }])
  assert.equal(checks.verdictOf(one, slower).standing, 'healthy')
  checks.end()
})

interface ProbeRow {
  readonly name: string
  readonly status?: number
  /** The path that is asked for. */
  readonly sent?: string
  readonly check: Partial<LocalHealthCheck>
  readonly reason: string
  readonly says: RegExp
}

const probes: readonly ProbeRow[] = [
  { name: 'TCP', check: {}, reason: 'passed', says: /accepts connections/ },
  {
    name: 'HTTP 200',
    status: 200,
    check: { protocol: 'HTTP', path: '/a b%20c' },
    sent: '/a%20b%20c',
    reason: 'passed',
    says: /answers 200/,
  },
  {
    name: 'a path that no URL can have',
    check: { protocol: 'HTTP', path: '/\ud800' },
    sent: '/%EF%BF%BD',
    reason: 'passed',
    says: /answers 200/,
  },
  { name: 'HTTP 302', status: 302, check: { protocol: 'HTTP' }, reason: 'passed', says: /answers 302/ },
  { name: 'HTTP 503', status: 503, check: { protocol: 'HTTP' }, reason: 'status503', says: /\/ answers 503/ },
]

for (const { name, status = 200, check: change, sent = '/', reason, says } of probes)
  test(`probe: ${name}`, async (t) => {
    const server = createServer((request, response) => {
      assert.equal(request.url, sent)
      response.writeHead(status).end('body')
    })
    const port = await listening(server)
    t.after(() => server.close())
    const found = await probe(
      { address: '127.0.0.1', port },
      { ...check, ...change },
      new AbortController().signal,
    )
    assert.equal(found.passed, reason === 'passed')
    assert.equal(found.reason, reason)
    assert.match(found.message, says)
  })

test('probe: nobody listens, or nobody answers, or nobody speaks HTTP, or it is called off', async (t) => {
  const { signal } = new AbortController()
  const http: LocalHealthCheck = { ...check, protocol: 'HTTP', timeoutMs: 20 }
  const nobody = await probe({ address: '127.0.0.1', port: await freePort() }, check, signal)
  assert.deepEqual([nobody.passed, nobody.reason], [false, 'refused'])
  const silent = await target(t, () => {})
  const silence = await probe(silent, http, signal)
  assert.deepEqual([silence.reason, /within 20 ms/.test(silence.message)], ['timedOut', true])
  const other = await target(t, (socket) => void socket.end('SSH-2.0\r\n'))
  assert.equal((await probe(other, http, signal)).reason, 'notHttp')
  const off = new AbortController()
  const ended = probe(silent, { ...http, timeoutMs: 60_000 }, off.signal)
  off.abort()
  assert.equal((await ended).reason, 'ended')
})

test('probe: one that talks first is not reset', async (t) => {
  let error: Error | undefined
  const ended = new Promise<void>((resolve) => {
    void target(t, (socket) => {
      socket.on('error', (found) => (error = found)).once('close', () => resolve())
      socket.end('welcome\n')
      socket.resume()
    }).then(async (place) => {
      assert.equal((await probe(place, check, new AbortController().signal)).passed, true)
    })
  })
  await ended
  assert.equal(error, undefined)
})
