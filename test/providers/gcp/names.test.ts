import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isName, legacyFirewall, namesFor, trimEvenly } from '../../../providers/gcp/names.ts'

const of = {
  clusterUid: 'uid-1',
  uid: '11111111-2222-3333-4444-555555555555',
  namespace: 'shop',
  name: 'web',
}
const long = {
  ...of,
  namespace: 'a-namespace-with-a-rather-long-name-for-a-test',
  name: 'a-service-with-a-name-that-has-to-be-cut-somewhere',
}
const every = (names: ReturnType<typeof namesFor>): readonly string[] => [
  names.backend,
  names.endpointGroup('front'),
  names.suffixed('-443'),
  names.forwardingRule('L3_DEFAULT', true),
  names.numbered('TCP', 8443, true),
  ...[false, true].flatMap((ipv6) => [
    names.forwardingRule('TCP', ipv6),
    names.legacyRule(ipv6),
    names.firewall(ipv6),
    names.denyFirewall(ipv6),
    names.healthFirewall(false, ipv6),
    names.healthFirewall(true, ipv6),
  ]),
]

for (const [what, one] of Object.entries({ short: of, long })) {
  test(`${what} names are names of Compute Engine, and no two of a kind are the same`, () => {
    const names = every(namesFor(one))
    assert.deepEqual(
      names.filter((name) => !isName(name)),
      [],
    )
    const walls = names.slice(-12).filter((name) => !name.startsWith('a'))
    assert.equal(new Set(walls).size, walls.length)
  })
}

test('Services whose names differ only where they are cut have names of their own', () => {
  const other = namesFor({ ...long, name: `${long.name}-2` })
  assert.notEqual(namesFor(long).backend, other.backend)
  assert.notEqual(namesFor(long).denyFirewall(false), other.denyFirewall(false))
})

test('two clusters have names of their own', () => {
  assert.notEqual(namesFor(of).backend, namesFor({ ...of, clusterUid: 'uid-2' }).backend)
})

test('what a file cannot know is named in its place', () => {
  const names = namesFor({ ...of, clusterUid: undefined, uid: undefined })
  assert.equal(names.backend, 'k8s2-<cluster uid>-shop-web-<hash>')
  assert.equal(names.legacyRule(true), 'a<uid>-ipv6')
})

test('the names of target pools are the uid, cut at 32', () => {
  assert.equal(legacyFirewall(of.uid), 'k8s-fw-a1111111122223333444455555555555')
})

const trims: readonly {
  readonly max: number
  readonly texts: readonly string[]
  readonly to: readonly string[]
}[] = [
  { max: 10, texts: ['abc', 'def'], to: ['abc', 'def'] },
  { max: 4, texts: ['abcdef', 'ghijkl'], to: ['ab', 'gh'] },
  { max: 5, texts: ['abcdefgh', 'gh'], to: ['abcd', 'g'] },
  { max: 0, texts: ['abc'], to: ['abc'] },
]
for (const { max, texts, to } of trims)
  test(`${texts.join('-')} cut to ${max} is ${to.join('-')}`, () =>
    assert.deepEqual(trimEvenly(max, texts), to))
