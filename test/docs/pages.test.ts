import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { pages } from '../../scripts/docs.ts'
import { invoke } from '../cli/invoke.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const files = globSync(['*.md', '{docs,providers,localstack,manifests,bench,test}/**/*.md'], {
  cwd: root,
}).toSorted()

/** A heading as an address has it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const anchorsIn = (path: string): ReadonlySet<string> =>
  new Set([...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)))

function brokenLinks(path: string): readonly string[] {
  const prose = read(path).replaceAll(/^```.*?^```/gms, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return []
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : relative(root, join(root, dirname(path), file))
    if (!existsSync(join(root, target))) return [link]
    if (anchor === undefined || statSync(join(root, target)).isDirectory()) return []
    return anchorsIn(target).has(anchor) ? [] : [link]
  })
}

for (const path of files)
  test(`${path}: every link leads somewhere`, () => assert.deepEqual(brokenLinks(path), []))

test('the index names every page of docs/', () => {
  const index = read('docs/README.md')
  const missing = files.filter(
    (path) => /^docs\/.+\//.test(path) && !index.includes(`(${relative('docs', path)})`),
  )
  assert.deepEqual(missing, [])
})

for (const [path, render] of Object.entries(pages))
  test(`${path} is what the tables say`, async () => assert.equal(read(path), await render()))

const headings = (cloud: string) =>
  [...read(`providers/${cloud}/README.md`).matchAll(/^## .*$/gm)].map(String)

test('the READMEs of all clouds have the same headings, in one order', () => {
  const [first = [], ...others] = ['aws', 'gcp', 'azure', 'openstack', 'local'].map(headings)
  assert.ok(first.length >= 6)
  for (const other of others) assert.deepEqual(other, first)
})

test('the README is short', () => {
  assert.ok(read('README.md').split('\n').length < 150)
})

/** What pages show of the command: each with what it prints. */
const shown = ['README.md', ...files.filter((path) => path.startsWith('docs/'))].flatMap((path) =>
  [...read(path).matchAll(/^```console\n\$ npx lb-controller (dry-run [^\n]*)\n(.*?)^```/gms)].map(
    ([, command = '', excerpt = '']) => ({ path, command, excerpt }),
  ),
)

test('the README shows a plan and a comparison', () =>
  assert.ok(shown.filter(({ path }) => path === 'README.md').length >= 2))

for (const { path, command, excerpt } of shown)
  test(`${path} shows what ${command} prints, with gaps where it says ...`, async () => {
    const { out, code } = await invoke(command.split(' '))
    assert.equal(code, 0)
    const lines = out.split('\n')
    let at = 0
    for (const piece of excerpt.trimEnd().split(/^ *\.\.\.\n/m)) {
      const wanted = piece.trimEnd().split('\n')
      const found = lines.findIndex(
        (_, from) => from >= at && wanted.every((line, offset) => lines[from + offset] === line),
      )
      assert.ok(found >= 0, `dry-run does not print:\n${piece}`)
      at = found + wanted.length
    }
  })

test('each promise of the README names a test that there is', () => {
  const promises = [...read('README.md').matchAll(/^\| .* \| \[[^\]]*\]\((test\/[^)]*)\): "(.*)"\s*\|$/gm)]
  assert.ok(promises.length >= 10)
  for (const [, path = '', name = ''] of promises) assert.ok(read(path).includes(name), `${path}: ${name}`)
})

test('what is called an npm script is one', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }
  for (const path of files)
    for (const [, name = ''] of read(path).matchAll(/`npm run ([\w:-]+)/g))
      assert.ok(name in scripts, `${path}: npm run ${name}`)
})
