import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invokeToy } from '../cli/invoke.ts'

const mermaid = async (...files: readonly string[]): Promise<readonly string[]> => {
  const args = files.map((file) => `test/cli/golden/inputs/${file}`)
  return (await invokeToy(['dry-run', ...args, '-o', 'mermaid'])).out.trimEnd().split('\n')
}

/** All that a label may hold: letters, a few signs, entities by number, and our line break. */
const label = String.raw`"(?:[A-Za-z0-9 _.,:/()=-]|#\d+;|<br/>)*"`
const lines = [
  /^flowchart LR$/,
  new RegExp(String.raw`^ +subgraph n\d+\[${label}\]$`),
  new RegExp(String.raw`^ +n\d+(?:\[${label}\]:::(?:create|update|delete|there)|\(\[${label}\]\))$`),
  /^ +n\d+ (?:-->|-\.->) n\d+$/,
  /^ +end$/,
  /^ +classDef \w+ [a-z0-9#:,. -]+$/,
]

for (const file of ['two-services.yaml', 'hostile.yaml', 'local.yaml', 'other-types.yaml'])
  test(`${file}: every line is one that mermaid reads, whatever the names`, async () => {
    for (const line of await mermaid(file))
      assert.ok(
        lines.some((pattern) => pattern.test(line)),
        line,
      )
  })

test('lines run between boxes that are there, and no box is there twice', async () => {
  const text = await mermaid('two-services.yaml', 'local.yaml')
  const boxes = text.flatMap((line) => /^ +(n\d+)(?:\[|\()/.exec(line)?.[1] ?? [])
  assert.equal(new Set(boxes).size, boxes.length)
  const ends = text.flatMap((line) => /^ +(n\d+) \S+ (n\d+)$/.exec(line)?.slice(1) ?? [])
  assert.ok(ends.length > 10)
  for (const end of ends) assert.ok(boxes.includes(end), end)
})

test('what Services share stands once, in a group of its own', async () => {
  const text = await mermaid('two-services.yaml')
  const walls = text.filter((line) => line.includes('fire wall'))
  assert.equal(walls.length, 1)
  const at = text.indexOf(walls[0] ?? '')
  assert.match(text[at - 1] ?? '', /subgraph n\d+\["shared"\]/)
})
