import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { after, before, test } from 'node:test'
import { cspHash } from '../../src/lib/csp.ts'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { servePage, type PageServer } from '../../src/page/server.ts'
import { shopStory } from '../support/page-shop.ts'
import { serviceOf, type PageStory } from '../support/page-story.ts'

let server: PageServer
let story: PageStory

/** Short waits, in which news are gathered, are over at once. What is told with its time stays the same. */
const hasty: Clock = {
  ...systemClock,
  now: () => Date.UTC(2026, 0, 1),
  after: (ms, run) => systemClock.after(ms < 100 ? 1 : ms, run),
}

before(async () => {
  story = shopStory(Date.UTC(2026, 0, 1))
  server = await servePage({ source: story, clock: hasty, bind: '127.0.0.1:0', hosts: ['page.corp'] })
})
after(() => server.close())

type Headers = Readonly<Record<string, string>>

async function ask(
  path: string,
  headers: Headers = {},
  method = 'GET',
): Promise<IncomingMessage & { text: string }> {
  const asked = request({ host: server.host, port: server.port, path, method, headers })
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.setEncoding('utf8')
  let text = ''
  for await (const part of response) text += part as string
  return Object.assign(response, { text })
}

/** The news until `enough`. */
async function news(path: string, headers: Headers, enough: (text: string) => boolean): Promise<string> {
  const asked = request({ host: server.host, port: server.port, path, headers })
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  assert.equal(response.headers['content-type'], 'text/event-stream')
  response.setEncoding('utf8')
  let text = ''
  for await (const part of response) {
    text += part as string
    if (enough(text)) break
  }
  asked.destroy()
  return text
}

test('the page holds its script and style, and its policy names these alone', async () => {
  const { text, headers } = await ask('/')
  const policy = String(headers['content-security-policy'])
  for (const [tag, found] of [
    ['style', /<style>(.*)<\/style>/s.exec(text)?.[1]],
    ['script', /<script type="module">(.*)<\/script>/s.exec(text)?.[1]],
  ] as const)
    assert.ok(policy.includes(`${tag}-src ${cspHash(found ?? '')};`), tag)
  assert.match(policy, /^default-src 'none';.*frame-ancestors 'none';.*trusted-types 'none'$/)
  assert.doesNotMatch(policy, /unsafe|https?:/)
  assert.doesNotMatch(text, /<\/script>.*<\/script>|\ssrc=|@import|url\(/)
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['access-control-allow-origin'], undefined)
})

for (const path of ['/', '/api/services', '/api/services/shop/web'])
  test(`${path} is not sent again to who has it`, async () => {
    const first = await ask(path)
    assert.equal(first.statusCode, 200)
    assert.equal(first.headers['cache-control'], 'no-cache')
    const again = await ask(path, { 'if-none-match': String(first.headers.etag) })
    assert.deepEqual([again.statusCode, again.text], [304, ''])
    const head = await ask(path, {}, 'HEAD')
    assert.deepEqual([head.headers['content-length'], head.text], [first.headers['content-length'], ''])
  })

test('the list holds a line for each Service, and where the news go on', async () => {
  const list = JSON.parse((await ask('/api/services')).text) as { rows: unknown[]; position: string }
  assert.equal(list.rows.length, story.told.size)
  assert.match(list.position, /^[0-9a-f]{8}\.\d+$/)
})

test('a Service holds its plan with what waits for what, its problems with how to mend them, and its way', async () => {
  const { text } = await ask('/api/services/shop/ledger')
  const { plan } = JSON.parse(text) as { plan: { problems: { hint: string }[] } }
  assert.match(plan.problems[0]?.hint ?? '', /^mend the range/)
  const web = JSON.parse((await ask('/api/services/shop/web')).text) as {
    plan: { steps: { hold: string }[] }
    path: { pods: unknown[] }
  }
  assert.match(web.plan.steps[0]?.hold ?? '', /^the 7 open connections/)
  assert.equal(web.path.pods.length, 5)
})

const refusals = [
  { name: 'nothing there', path: '/nothing', code: 404, says: /\/api\/services\/NAMESPACE\/NAME/ },
  { name: 'no such Service', path: '/api/services/shop/nobody', code: 404, says: /not found/ },
  { name: 'a name that is no code', path: '/api/services/shop/%E0%A4%A', code: 404, says: /not found/ },
  { name: 'a write', path: '/', method: 'POST', code: 405, says: /only GET/ },
  {
    name: 'another host',
    path: '/api/services',
    headers: { host: 'evil.example' },
    code: 421,
    says: /pageHosts/,
  },
] as const

for (const { name, path, code, says, ...more } of refusals)
  test(`refused with a sentence: ${name}`, async () => {
    const { headers = {}, method = 'GET' } = more as { headers?: Headers; method?: string }
    const answer = await ask(path, headers, method)
    assert.equal(answer.statusCode, code)
    assert.match(answer.text, says)
  })

test('a host that a setting names is served', async () => {
  assert.equal((await ask('/', { host: 'page.corp' })).statusCode, 200)
})

test('news: a beat first, then what changes; who comes back says where it was', async () => {
  const first = await news('/api/news', {}, (text) => {
    if (text.includes('event: beat') && !story.told.has('shop/new'))
      story.put({ service: serviceOf({ key: 'shop/new', address: '127.0.0.9' }) })
    return text.includes('shop/new')
  })
  const [position = ''] = /(?<=id: )\S+/.exec(first) ?? []
  const [last = ''] = /(?<=id: )\S+(?=\ndata: \{"rows")/.exec(first) ?? []
  for (const how of [
    { path: '/api/news', headers: { 'last-event-id': position } },
    { path: `/api/news?after=${position}`, headers: {} },
  ]) {
    const again = await news(how.path, how.headers, (text) => text.includes('event: rows'))
    assert.match(again, /"key":"shop\/new"/)
  }
  const nothing = await news(`/api/news?after=${last}`, {}, (text) => text.includes('event: beat'))
  assert.doesNotMatch(nothing, /event: rows|event: reset/)
  const lost = await news('/api/news?after=other.1', {}, (text) => text.includes('event: reset'))
  assert.match(lost, /event: reset/)
})

test('text that would turn what follows, or end a line, is made harmless', async () => {
  const service = serviceOf({ key: 'shop/odd' })
  story.put({ service: { ...service, metadata: { ...service.metadata, name: 'odd' } } })
  const [text] = await Promise.all([
    news('/api/news', {}, (got) => got.includes('event: told')),
    new Promise<void>((resolve) =>
      setTimeout(() => {
        story.event('shop/odd', {
          at: 0,
          reason: 'A\u202Eb',
          message: 'x\n\nevent: rows\ndata: {}\r\n',
          severity: 'Normal',
        })
        resolve()
      }, 30),
    ),
  ])
  assert.doesNotMatch(text, /\u202E|\r/)
  assert.equal([...text.matchAll(/^event: /gm)].length, [...text.matchAll(/^data: \S.*$/gm)].length)
})

test('a server that is closed ends with all its readers', async () => {
  const other = await servePage({ source: story, clock: systemClock, bind: '127.0.0.1:0' })
  const asked = request({ host: other.host, port: other.port, path: '/api/news' })
  asked.on('error', () => {})
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.on('error', () => {})
  const ended = new Promise((resolve) => response.on('close', resolve))
  response.resume()
  await other.close()
  await ended
  assert.equal(story.followers, 1)
})

test('an address that is taken is refused', async () => {
  await assert.rejects(
    servePage({ source: story, clock: systemClock, bind: `127.0.0.1:${server.port}` }),
    /EADDRINUSE/,
  )
  assert.equal(story.followers, 1)
})
