import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as check, constantFrom, nat, property, tuple, array } from 'fast-check'
import type { FrontendFailure, Relay, RelayFrontend } from '../../../src/relay/frontend.ts'
import { layoutOf, mostNodes, nodeLayout } from '../../../src/sandbox/layout.ts'
import { loopbackAdvice, probeLoopback, type LoopbackFacts } from '../../../src/sandbox/net/system.ts'
import { TranslatedRelay } from '../../../src/sandbox/net/translated-relay.ts'
import { candidates, Translation, type Place } from '../../../src/sandbox/net/translation.ts'

const layout = layoutOf(16, 3)
const all: LoopbackFacts = { addresses: 'all', lowestPort: 1 }
const noLow: LoopbackFacts = { addresses: 'all', lowestPort: 1024 }
const one: LoopbackFacts = { addresses: 'one', lowestPort: 1024 }
const oneLow: LoopbackFacts = { addresses: 'one', lowestPort: 1 }

const placeOf = (text: string): Place => {
  const [address = '', port] = text.split(':')
  return { address, port: Number(port) }
}
const shown = ({ address, port }: Place): string => `${address}:${port}`

const rows: readonly {
  readonly name: string
  readonly facts: LoopbackFacts
  readonly place: string
  /** The first of them; absent: none. */
  readonly first?: string
}[] = [
  {
    name: 'all of loopback, all ports: itself',
    facts: all,
    place: '127.16.240.1:80',
    first: '127.16.240.1:80',
  },
  {
    name: 'low ports refused: one stands in at the same address',
    facts: noLow,
    place: '127.16.240.1:80',
    first: '127.16.240.1:10080',
  },
  {
    name: 'low ports refused: the first that is not',
    facts: noLow,
    place: '127.16.240.1:1024',
    first: '127.16.240.1:1024',
  },
  {
    name: 'low ports refused: others stay',
    facts: noLow,
    place: '127.16.240.1:8080',
    first: '127.16.240.1:8080',
  },
  {
    name: 'one address: a load balancer at a port that one expects',
    facts: one,
    place: '127.16.240.1:80',
    first: '127.0.0.1:8080',
  },
  { name: 'one address: 443 too', facts: one, place: '127.16.240.1:443', first: '127.0.0.1:8443' },
  {
    name: 'one address, low ports: the very port',
    facts: oneLow,
    place: '127.16.240.1:8000',
    first: '127.0.0.1:8000',
  },
  {
    name: 'one address: a NodePort of the first node',
    facts: one,
    place: '127.16.0.11:30080',
    first: '127.0.0.1:30080',
  },
  { name: 'one address: of the second', facts: one, place: '127.16.0.12:30080', first: '127.0.0.1:32848' },
  {
    name: 'one address: the health of a node',
    facts: one,
    place: '127.16.0.13:10256',
    first: '127.0.0.1:10258',
  },
  {
    name: 'one address: the twelfth node is the last',
    facts: one,
    place: '127.16.0.22:32767',
    first: '127.0.0.1:63215',
  },
  { name: 'one address: no ports are left for the next', facts: one, place: '127.16.0.23:32767' },
  {
    name: 'one address: the first NodePort',
    facts: one,
    place: '127.16.0.12:30000',
    first: '127.0.0.1:32768',
  },
  { name: 'one address: behind the last NodePort', facts: one, place: '127.16.0.11:32768' },
  { name: 'one address: before the first NodePort', facts: one, place: '127.16.0.11:29999' },
  { name: 'one address: what is no port of a node', facts: one, place: '127.16.0.11:8080' },
  { name: 'one address: the API server', facts: one, place: '127.16.0.1:6443', first: '127.0.0.1:6443' },
  { name: 'what is not on loopback', facts: one, place: '192.0.2.1:80', first: '192.0.2.1:80' },
]

for (const { name, facts, place, first } of rows)
  test(`translation: ${name}`, () => {
    const [found] = candidates(placeOf(place), facts, layout)
    assert.equal(found && shown(found), first)
  })

const shares: readonly (readonly [place: string, first: number, last: number])[] = [
  ['127.16.240.2:80', 11_000, 14_999],
  ['127.16.192.1:443', 15_000, 19_999],
  ['127.16.207.255:53', 15_000, 19_999],
  ['127.16.4.2:80', 20_000, 29_999],
  ['127.16.163.255:65535', 20_000, 29_999],
]
for (const [place, first, last] of shares)
  test(`translation: with one address ${place} is in ${first} to ${last}`, () => {
    for (const { address, port } of candidates(placeOf(place), one, layout))
      assert.ok(address === '127.0.0.1' && port >= first && port <= last, String(port))
  })

const addresses = [
  ...Array.from({ length: mostNodes }, (_, at) => nodeLayout(16, at + 1).address),
  ...['4.1', '4.2', '8.1', '163.255', '192.1', '192.10', '207.254', '240.1', '240.2', '240.255'].map(
    (end) => `127.16.${end}`,
  ),
]

test('translation: no two places are at the same one, and asking again tells the same', () => {
  const place = tuple(
    constantFrom(...addresses),
    constantFrom(53, 80, 443, 8080, 10_256, 30_000, 30_080, 32_767),
  )
  check(
    property(
      constantFrom(noLow, one, oneLow),
      array(place, { maxLength: 60 }),
      nat(3),
      (facts, asked, moves) => {
        const translation = new Translation(facts, layout)
        const places = asked.map(([address, port]) => ({ address, port }))
        for (const each of places.slice(0, moves)) {
          translation.at('TCP', each)
          translation.next('TCP', each)
        }
        const told = new Map<string, string>()
        for (const each of places) {
          const at = shown(translation.at('TCP', each))
          assert.equal(shown(translation.at('TCP', each)), at)
          assert.equal(told.get(at) ?? shown(each), shown(each))
          told.set(at, shown(each))
        }
      },
    ),
  )
})

test('translation: the next place is another one, until there is none', () => {
  const translation = new Translation(noLow, layout)
  const place = placeOf('127.16.240.1:80')
  assert.equal(translation.next('TCP', place), undefined)
  const seen = new Set([shown(translation.at('TCP', place))])
  for (let next = translation.next('TCP', place); next !== undefined; next = translation.next('TCP', place))
    seen.add(shown(next))
  assert.equal(seen.size, 10)
  assert.deepEqual(new Translation(all, layout).moved(), [])
})

/** A relay on which some places are a stranger's. */
class Full implements Relay {
  readonly served = new Map<string, RelayFrontend>()
  readonly #strangers: readonly string[]

  constructor(...strangers: readonly string[]) {
    this.#strangers = strangers
  }

  serve(frontends: readonly RelayFrontend[]): Promise<readonly FrontendFailure[]> {
    this.served.clear()
    return this.change(frontends)
  }

  change(put: readonly RelayFrontend[]): Promise<readonly FrontendFailure[]> {
    const failures: FrontendFailure[] = []
    for (const frontend of put)
      if (this.#strangers.includes(shown(frontend)))
        failures.push({ id: frontend.id, reason: 'in-use', message: 'taken' })
      else this.served.set(frontend.id, frontend)
    return Promise.resolve(failures)
  }

  counters = () => Promise.resolve(new Map())
  drain = () => Promise.resolve()
}

const frontend = (address: string, port: number): RelayFrontend => ({
  id: `${address} ${port}`,
  protocol: 'TCP',
  address,
  port,
  routes: [{ targets: [{ address: '127.16.0.12', port: 30_080 }] }],
  dialFrom: 'client',
})

test('translated relay: passes over strangers, and dials where NodePorts are', async () => {
  const inner = new Full('127.0.0.1:8080')
  const translation = new Translation(one, layout)
  const relay = new TranslatedRelay(inner, translation)
  const web = frontend('127.16.240.1', 80)
  assert.deepEqual(await relay.serve([web]), [])
  const served = inner.served.get(web.id)
  assert.deepEqual(served && { address: served.address, port: served.port }, translation.at('TCP', web))
  assert.notEqual(served?.port, 8080)
  assert.deepEqual(served?.routes[0]?.targets, [{ address: '127.0.0.1', port: 32_848 }])
  assert.equal(served?.dialFrom, undefined)
  await relay.change([web], [])
  assert.equal(inner.served.get(web.id), served)
})

test('translated relay: what nobody stands in for fails as before', async () => {
  const inner = new Full('127.16.240.1:8080')
  const relay = new TranslatedRelay(inner, new Translation(noLow, layout))
  const web = frontend('127.16.240.1', 8080)
  assert.deepEqual(await relay.serve([web]), [{ id: web.id, reason: 'in-use', message: 'taken' }])
  const plain = new Full()
  await new TranslatedRelay(plain, new Translation(all, layout)).serve([web])
  assert.equal(plain.served.get(web.id), web)
})

const systems: readonly {
  readonly name: string
  readonly start: number
  /** `HOST:PORT` that cannot be had, and why; the others may. */
  readonly refused: Readonly<Record<string, string>>
  readonly facts: LoopbackFacts
}[] = [
  { name: 'of root', start: 1024, refused: {}, facts: all },
  { name: 'set to let everybody', start: 0, refused: { '127.16.0.1:-1': 'ERR_SOCKET_BAD_PORT' }, facts: all },
  {
    name: 'with all ports but none below',
    start: 1,
    refused: { '127.16.0.1:0': 'EADDRNOTAVAIL' },
    facts: oneLow,
  },
  { name: 'as usual', start: 1024, refused: { '127.16.0.1:1023': 'EACCES' }, facts: noLow },
  {
    name: 'of another setting',
    start: 80,
    refused: { '127.16.0.1:79': 'EACCES' },
    facts: { ...noLow, lowestPort: 80 },
  },
  {
    name: 'where the last low port is taken',
    start: 1024,
    refused: { '127.16.0.1:1023': 'EADDRINUSE' },
    facts: all,
  },
  {
    name: 'with one address',
    start: 1024,
    refused: { '127.16.0.1:0': 'EADDRNOTAVAIL', '127.0.0.1:1023': 'EACCES' },
    facts: one,
  },
]
for (const { name, start, refused, facts } of systems)
  test(`loopback: a system ${name}`, async () => {
    const found = await probeLoopback(16, {
      portStart: () => start,
      bindError: async (host, port) => refused[`${host}:${port}`],
    })
    assert.deepEqual(found, facts)
  })

test('advice: which ports stand in', () => {
  assert.match(loopbackAdvice(noLow, 16).join('\n'), /Ports below 1024 .*: 80 is reached at 10080;/)
  assert.match(loopbackAdvice(one, 16).join('\n'), /: 80 is reached at another port;.*/)
  assert.match(loopbackAdvice(oneLow, 16).join('\n'), /alias 127\.16\.0\.1$/)
  assert.equal(loopbackAdvice({ ...noLow, lowestPort: 2 }, 16).length, 2)
})

test('advice: nothing where all is as it should be, else how to mend it', async () => {
  assert.deepEqual(loopbackAdvice(all, 16), [])
  assert.match(loopbackAdvice(noLow, 16).join('\n'), /sysctl -w net\.ipv4\.ip_unprivileged_port_start=0/)
  assert.match(loopbackAdvice(oneLow, 16).join('\n'), /ip address add 127\.0\.0\.1\/8 dev lo/)
  const facts = await probeLoopback(216)
  assert.ok(facts.lowestPort >= 1 && facts.lowestPort <= 1024)
})
