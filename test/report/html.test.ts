import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cspHash } from '../../src/lib/csp.ts'
import { escaped } from '../../src/report/escape.ts'
import { invokeToy } from '../cli/invoke.ts'

const inputs = 'test/cli/golden/inputs'
const page = async (...args: readonly string[]): Promise<string> =>
  (await invokeToy(['dry-run', ...args, '-o', 'html'])).out

interface Tag {
  readonly name: string
  readonly closes: boolean
  readonly attributes: string
}

/** Every tag of the page outside its own style and script. A sign that is not escaped would make one more. */
function tagsOf(html: string): readonly Tag[] {
  const bare = html.replaceAll(/<(style|script)>.*?<\/\1>/gs, '<$1></$1>')
  return [...bare.matchAll(/<(\/?)([a-z0-9]+)((?:\s[^<>]*)?)>/gi)].map(
    ([, slash = '', name = '', attributes = '']) => ({
      name: name.toLowerCase(),
      closes: slash === '/',
      attributes,
    }),
  )
}

const pages = [
  { name: 'a dry run of hostile names', html: () => page(`${inputs}/hostile.yaml`, `${inputs}/local.yaml`) },
  { name: 'a comparison of hostile names', html: () => page(`${inputs}/hostile.yaml`, '--compare') },
]

const ours = new Set(
  'html head meta title style script body a header h1 h2 h3 ul li p b br div label input span main section article details summary table thead tbody tr th td code figure figcaption svg g rect text path'.split(
    ' ',
  ),
)
const empty = new Set(['meta', 'input', 'br', 'rect', 'path'])

for (const { name, html } of pages) {
  test(`${name}: every tag is one of ours, and all are closed in order`, async () => {
    const open: string[] = []
    for (const tag of tagsOf((await html()).replace(/^<!doctype html>/, ''))) {
      assert.ok(ours.has(tag.name), tag.name)
      if (tag.closes) assert.equal(open.pop(), tag.name)
      else if (!empty.has(tag.name) && !tag.attributes.endsWith('/')) open.push(tag.name)
    }
    assert.deepEqual(open, [])
  })

  test(`${name}: no attribute runs anything, and nothing is loaded`, async () => {
    for (const { name, attributes } of tagsOf(await html())) {
      assert.doesNotMatch(attributes, /\son\w+=|\ssrc=|\sstyle=/i, name)
      for (const [, to = ''] of attributes.matchAll(/\shref="([^"]*)"/g)) assert.match(to, /^#/)
    }
    assert.doesNotMatch(await html(), /@import|url\(|<link/)
  })

  test(`${name}: only this very style and script may run`, async () => {
    const text = await html()
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? []
    for (const tag of ['style', 'script']) {
      const found = [...text.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))]
      assert.equal(found.length, 1)
      assert.ok(policy.includes(escaped(`${tag}-src ${cspHash(found[0]?.[1] ?? '')}`)), tag)
    }
    assert.match(policy, /^default-src &#39;none&#39;;/)
  })
}

test('ids are there once, and what is labelled by one finds it', async () => {
  const html = await page(`${inputs}/two-services.yaml`, `${inputs}/local.yaml`)
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const [, id] of html.matchAll(/\s(?:aria-labelledby|for)="([^"]*)"/g)) assert.ok(ids.includes(id), id)
  for (const [, id] of html.matchAll(/href="#([^"]*)"/g)) assert.ok(ids.includes(id), id)
})

test('a page holds what the tree does: objects, why, fields, parts, problems in their places, the summary', async () => {
  const html = await page(`${inputs}/local.yaml`)
  for (const text of [
    '+ balancer main',
    'shop/edge asks for it: where clients connect',
    '<th scope="row">scheme</th><td>internal</td>',
    '<code>+ from 10.0.0.0/8</code><div class="problem note"><p><b>note LB_SOURCE_RANGE_HOST_BITS</b>',
    'hint: spread the pods evenly',
    'toy: 5 to create',
  ])
    assert.ok(html.includes(text), text)
})

test('a picture has its text: every way in words', async () => {
  const html = await page(`${inputs}/one.yaml`)
  assert.match(html, /<svg role="img" aria-labelledby="toy-0-picture"/)
  for (const way of ['clients → balancer main', 'balancer main → pool 80/TCP', 'pool 80/TCP → nodes'])
    assert.ok(html.includes(`<li>${way}</li>`), way)
})

test('escaped leaves no sign that ends an element or an attribute, and none that turns the text', () => {
  assert.equal(escaped(`<a b="c" d='e'>&amp;`), '&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;')
  assert.equal(escaped('a\u202Eb\u0000c\uD800'), 'a\uFFFDb\uFFFDc\uFFFD')
})
