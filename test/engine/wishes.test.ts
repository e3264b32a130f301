import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '../../src/plan/resource.ts'
import { Wishes } from '../../src/engine/wishes.ts'

const owner = (uid: string) => ({ uid, name: uid })

const thing = (stack: string, port: number, uid: string): Resource => ({
  stack,
  kind: 'thing',
  key: `${port}`,
  spec: {},
  owners: [owner(uid)],
})

/** A listener in a stack of several for each port, and a pool of its own. */
const of = (uid: string, ports: readonly number[]) =>
  ports.flatMap((port) => [thing('group/g', port, uid), thing(uid, port, uid)])

const keys = (resources: readonly Resource[] | undefined): readonly string[] =>
  (resources ?? []).map(({ stack, key }) => `${stack} ${key}`)

const all = [80, 81]
const asked = {
  joins: ['group/g'],
  without: (lost: ReadonlySet<number>) =>
    of(
      'a',
      all.filter((_, at) => !lost.has(at)),
    ),
}

test('wishes: a port that is lost in one stack is wanted in none, and stays a claim there', () => {
  const wishes = new Wishes()
  wishes.set(owner('a'), '', of('a', all), asked)
  const touched = wishes.settle('group/g', new Map([['a', new Set([0])]]))
  assert.deepEqual([...touched].toSorted(), ['a', 'group/g'])
  assert.deepEqual(keys(wishes.of('a')), ['group/g 81', 'a 81'])
  const claims = (stack: string) =>
    wishes.claimsIn(stack).map((claim) => keys(claim.contribution.resources).join())
  assert.deepEqual(claims('group/g'), ['group/g 80,group/g 81'], 'it is judged again')
  assert.deepEqual(claims('a'), ['a 81'])
  assert.equal(wishes.wanted(thing('a', 80, 'a')), false)
  assert.deepEqual([...wishes.settle('group/g', new Map([['a', new Set([0])]]))], [], 'no news')
  wishes.settle('group/g', new Map())
  assert.deepEqual(keys(wishes.of('a')), keys(of('a', all)), 'the holder went')
})

test('wishes: who lost all its ports goes on claiming them, and what it asks for anew is asked without them', () => {
  const wishes = new Wishes()
  wishes.set(owner('a'), '', of('a', all), asked)
  wishes.settle('group/g', new Map([['a', new Set([0, 1])]]))
  assert.deepEqual(wishes.of('a'), [])
  assert.equal(wishes.claimsIn('group/g').length, 1)
  assert.deepEqual(wishes.leftBy('a'), [], 'it wants a part in the group')
  wishes.set(owner('a'), '', of('a', all), asked)
  assert.deepEqual(wishes.of('a'), [])
})

test('wishes: one that wants nothing any more has left its groups, and releases what it had there', () => {
  const wishes = new Wishes()
  wishes.set(owner('a'), '', of('a', [80]), asked)
  wishes.set(owner('a'), '', [])
  assert.deepEqual([wishes.leftBy('a'), keys(wishes.released('a'))], [['group/g'], ['group/g 80']])
  assert.deepEqual(
    wishes.claimsIn('group/g').map(({ contribution }) => keys(contribution.released)),
    [['group/g 80']],
  )
  assert.deepEqual(wishes.stacksOf('a').toSorted(), ['a', 'group/g'])
  wishes.forget('a')
  assert.deepEqual([wishes.claimsIn('group/g'), wishes.leftBy('a'), wishes.stacksOf('a')], [[], [], []])
})

test('wishes: an object is wanted as long as one of several wants it', () => {
  const wishes = new Wishes()
  const isWanted = () => wishes.wanted(thing('common', 1, 'a'))
  wishes.set(owner('a'), '', [thing('common', 1, 'a')])
  wishes.set(owner('b'), '', [thing('common', 1, 'b')])
  assert.equal(isWanted(), true)
  wishes.forget('a')
  assert.equal(isWanted(), true, 'the other one wants it')
  wishes.forget('b')
  assert.equal(isWanted(), false)
})

test('wishes: every change of a stack shows in its version, and none of another stack', () => {
  const wishes = new Wishes()
  const version = () => wishes.versionOf('common')
  assert.equal(version(), undefined)
  wishes.set(owner('a'), '', [thing('common', 1, 'a')])
  const first = version()
  wishes.set(owner('b'), '', [thing('common', 2, 'b')])
  const second = version()
  assert.notEqual(second, first)
  wishes.set(owner('c'), '', [thing('c', 1, 'c')])
  assert.equal(version(), second)
  wishes.forget('a')
  assert.notEqual(version(), second)
  wishes.forget('b')
  assert.equal(version(), undefined, 'nobody wants anything there')
})

test('wishes: what an owner wants in a shared stack is the same until it wants something else there', () => {
  const wishes = new Wishes()
  const web = { uid: 'u1', name: 'shop/web' }
  const own = (size: number) => ({ stack: 'u1', kind: 'pool', key: 'own', owners: [web], spec: { size } })
  const shared = (port: number) => ({
    stack: 'all',
    kind: 'wall',
    key: 'shared',
    owners: [web],
    spec: { port },
  })
  wishes.set(web, '', [own(1), shared(80)])
  const before = wishes.versionOf('all')
  assert.deepEqual([...wishes.set(web, '', [own(2), shared(80)])], ['u1'])
  assert.equal(wishes.versionOf('all'), before)
  assert.deepEqual([...wishes.set(web, '', [own(2), shared(81)])], ['all'])
  assert.notEqual(wishes.versionOf('all'), before)
  wishes.forget('u1')
  assert.equal(wishes.versionOf('all'), undefined)
  assert.equal(wishes.wanted(shared(81)), false)
})
