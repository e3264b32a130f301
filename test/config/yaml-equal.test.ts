import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseText } from '../../src/config/document.ts'
import { readWithLibrary } from '../../src/config/library-yaml.ts'
import { readPlainYaml } from '../../src/config/plain-yaml.ts'
import { Lines } from '../../src/config/position.ts'
import { yamlTexts } from './yaml-texts.ts'

const numRuns = Number(process.env['YAML_RUNS'] ?? 800)

/** The whole text by the library alone, in the form of `parseText`. */
function byLibrary(text: string) {
  const lines = new Lines(text)
  // Documents with nothing in them are skipped by every reader of files; the library makes some up beside "...".
  const read = readWithLibrary(text).filter((one) => 'fault' in one || one.value !== null)
  return {
    documents: read.flatMap((one) => ('fault' in one ? [] : [one])),
    faults: read.flatMap((one) =>
      'fault' in one ? [{ ...lines.at(one.fault.offset), message: one.fault.message }] : [],
    ),
    lines,
  }
}

/** Every path of a value, the empty one and one beyond each leaf among them. */
function pathsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value))
    return [path, ...value.flatMap((item, at) => pathsOf(item, `${path}[${at}]`)), `${path}[99]`]
  if (typeof value !== 'object' || value === null) return [path, `${path}.beyond`]
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, `${path}[${JSON.stringify(key)}]`)),
    `${path}.absent`,
  ]
}

test('values, faults and places are those of the library for the whole text', () => {
  fc.assert(
    fc.property(yamlTexts, (text) => {
      fc.pre(!/^\s*[{[]/.test(text))
      const { documents, faults } = parseText(text)
      const ours = { faults, documents: documents.filter(({ value }) => value !== null) }
      const theirs = byLibrary(text)
      const found = theirs.documents.map(({ value }) => value)
      const values = ours.documents.map(({ value }) => value)
      // After a fault the library may take the documents behind it for part of the broken one; ours are read apart.
      if (theirs.faults.length > 0) {
        assert.ok(ours.faults.length > 0)
        return
      }
      assert.deepEqual(ours.faults, [])
      assert.deepEqual(values, found)
      for (const [at, { value, locate }] of ours.documents.entries())
        for (const path of pathsOf(value)) {
          const offset = theirs.documents[at]?.offsetOf(path)
          assert.deepEqual(locate(path), offset === undefined ? undefined : theirs.lines.at(offset), path)
        }
    }),
    { numRuns },
  )
})

test('what the plain reader takes on, it reads as the library does', () => {
  let plain = 0
  fc.assert(
    fc.property(yamlTexts, (text) => {
      for (const document of text.split(/^---.*$/m)) {
        const read = readPlainYaml(document)
        if (read === undefined) continue
        const [theirs, ...more] = readWithLibrary(document)
        if (theirs === undefined) assert.equal(read.value, null)
        else {
          assert.ok('value' in theirs && more.length === 0, JSON.stringify(document))
          assert.deepEqual(read.value, theirs.value)
        }
        plain++
      }
    }),
    { numRuns },
  )
  assert.ok(plain > numRuns / 2, `${plain} documents of ${numRuns} texts were plain`)
})

test('places in JSON are those that the library finds', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2, '\t'), (value, indent) => {
      const text = JSON.stringify([value], null, indent)
      const theirs = byLibrary(text)
      const [document] = parseText(text).documents
      for (const path of pathsOf([value])) {
        const offset = theirs.documents[0]?.offsetOf(path)
        assert.deepEqual(
          document?.locate(path),
          offset === undefined ? undefined : theirs.lines.at(offset),
          path,
        )
      }
    }),
    { numRuns },
  )
})
