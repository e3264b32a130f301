import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from './bundle.ts'

interface Stage {
  readonly name: string
  readonly steps: readonly (readonly [instruction: string, rest: string])[]
}

function stagesOf(dockerfile: string): readonly Stage[] {
  const stages: { name: string; steps: [string, string][] }[] = []
  for (const line of dockerfile.split('\n')) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    if (instruction === 'FROM') stages.push({ name: / AS (\w+)$/.exec(rest)?.[1] ?? '', steps: [] })
    else if (instruction !== '') stages.at(-1)?.steps.push([instruction, rest])
  }
  return stages
}

/**
 * Carries a stage out in a folder. Packages are those that are installed already: `npm ci` would fetch the same, and what
 * a system's package manager fetches is nothing that the build needs.
 */
function carryOut({ steps }: Stage, context: string, stages: ReadonlyMap<string, string>): string {
  const folder = temporaryFolder()
  for (const [instruction, rest] of steps) {
    if (instruction === 'COPY') copy(rest, context, stages, folder)
    if (instruction !== 'RUN' || rest.startsWith('apt-get ')) continue
    if (rest.startsWith('npm ci')) symlinkSync(join(context, 'node_modules'), join(folder, 'node_modules'))
    else {
      const [command = '', ...args] = rest.split(' ')
      const { status, stderr } = spawnSync(command === 'node' ? process.execPath : command, args, {
        cwd: folder,
        encoding: 'utf8',
      })
      assert.equal(status, 0, `${rest}: ${stderr}`)
    }
  }
  return folder
}

function copy(rest: string, context: string, stages: ReadonlyMap<string, string>, folder: string): void {
  const words = rest.split(' ')
  const from = words[0]?.startsWith('--from=') === true ? words.shift()?.slice('--from='.length) : undefined
  const to = words.pop() ?? ''
  for (const source of words) {
    // Every stage has one WORKDIR, which is the folder it is carried out in.
    const path =
      from === undefined
        ? join(context, source)
        : join(stages.get(from) ?? '', source.split('/').slice(2).join('/'))
    const target = to.endsWith('/') ? join(folder, to, source.split('/').at(-1) ?? '') : join(folder, to)
    mkdirSync(join(target, '..'), { recursive: true })
    cpSync(path, target, { recursive: true })
  }
}

test("the Dockerfile's steps make a folder that works on its own", () => {
  const folders = new Map<string, string>()
  let last = ''
  for (const stage of stagesOf(readFileSync('Dockerfile', 'utf8'))) {
    last = carryOut(stage, process.cwd(), folders)
    folders.set(stage.name, last)
  }
  const example = join(process.cwd(), 'manifests/examples/nlb.yaml')
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['dist/main.js', ...args], { cwd: last, encoding: 'utf8' })
  assert.match(run('--version').stdout, /^\d+\.\d+\.\d+\n$/)
  assert.match(run('dry-run', example).stdout, /\naws: 3 to create/)
})

test('the image runs as nobody in particular, and copies nothing that .dockerignore keeps out', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8')
  assert.match(dockerfile, /^USER 65532:65532$/m)
  const letIn = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  )
  assert.deepEqual(new Set(copied.map((source) => `!${source}`)), new Set(letIn))
})
