import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CommanderError } from 'commander'
import { loadConfig } from '../../src/config/load.ts'
import { createProgram } from '../../src/cli/program.ts'
import { exit } from '../../src/cli/exit.ts'
import { loadBlueprint } from '../../src/provider/load.ts'
import { problemCodes } from '../../src/model/problem-codes.ts'

const root = join(import.meta.dirname, '../..')

/** Command lines in code blocks and in code within a sentence, in every page that people write. */
function commandsIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```(?:sh|console|yaml)\n(.*?)^```/gms)].map(([, block = '']) => block)
  const inline = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  )
  const lines = [...blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n')), ...inline]
  return lines.flatMap((line) => {
    const [, command] =
      /^(?:.*\| |\$ )?(?:npx )?lb-controller ((?:[a-z]|--?[a-z]).*)$/.exec(line.trim()) ?? []
    return command === undefined ? [] : [command.replace(/ (?:[>#|&]).*$/, '').trim()]
  })
}

const note = async () => async () => exit.fine

/** Takes the line apart as the program would, and runs nothing. Answers what is wrong with it. */
async function refusal(command: string): Promise<string | undefined> {
  let said = ''
  const program = createProgram({
    io: {
      out: () => {},
      err: (text) => (said += text),
      stdin: (async function* () {})(),
      env: {},
      outIsTty: false,
      errIsTty: false,
      stopSignal: () => new AbortController().signal,
    },
    version: '',
    finish: () => {},
    colour: () => 'never',
    bodies: {
      loadBlueprint,
      run: note,
      nodeProxy: note,
      status: note,
      diff: note,
      doctor: note,
      facts: note,
      adopt: note,
      orphans: note,
      sandbox: note,
      sandboxStatus: note,
      sandboxChaos: note,
      sandboxImages: note,
      sandboxStop: note,
      localBalancer: note,
      localAws: note,
    },
  })
  for (const one of program.commands) one.action(() => {})
  try {
    await program.parseAsync(command.split(/ +/), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? undefined : said
  }
  return undefined
}

const files = globSync(['*.md', 'docs/{tutorial,guide,explanation,decisions}/*.md'], { cwd: root }).toSorted()
const found = files.flatMap((path) =>
  commandsIn(readFileSync(join(root, path), 'utf8')).map((command) => ({ path, command })),
)

test('commands are found in the pages', () => assert.ok(found.length > 10, String(found.length)))

for (const { path, command } of found)
  test(`${path}: lb-controller ${command}`, async () => assert.equal(await refusal(command), undefined))

test('a command with a slip in a flag would be noticed', async () => {
  assert.match((await refusal('dry-run x.yaml --provder aws')) ?? '', /unknown option/)
})

test('codes that pages name are explained', () => {
  for (const path of files)
    for (const [code] of readFileSync(join(root, path), 'utf8').matchAll(/\bLB_(?!CONTROLLER_)[A-Z0-9_]+\b/g))
      assert.ok(code in problemCodes, `${path}: ${code}`)
})

test('the configuration in the guide to AWS is accepted', () => {
  const guide = readFileSync(join(root, 'docs/guide/install-aws.md'), 'utf8')
  const [, text = ''] = /```yaml\n# config\.yaml\n(.*?)```/s.exec(guide) ?? []
  const { config, problems } = loadConfig({ file: { place: 'config.yaml', text }, env: {}, flags: {} })
  assert.deepEqual(problems, [])
  assert.equal(config?.aws.region, 'eu-west-1')
})
