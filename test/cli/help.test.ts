import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { RunOptions } from '../../src/cli/context.ts'
import { portable } from '../../src/model/portable.ts'
import { exit } from '../../src/cli/exit.ts'
import { invoke } from './invoke.ts'

const commands = [
  'run',
  'dry-run',
  'status',
  'diff',
  'doctor',
  'facts',
  'adopt',
  'orphans',
  'explain',
  'annotations',
  'completion',
]
/** The sandbox starts these by itself. */
const hidden = ['local-balancer', 'local-aws']

test('help lists every command', async () => {
  const { out, code } = await invoke(['--help'])
  assert.equal(code, 0)
  for (const command of commands) assert.match(out, new RegExp(`^  ${command} `, 'm'))
  for (const command of hidden) assert.doesNotMatch(out, new RegExp(`^  ${command} `, 'm'))
})

for (const command of [...commands, ...hidden]) {
  test(`help ${command} teaches: purpose, examples, exit codes, environment`, async () => {
    const { out, code } = await invoke([command, '--help'])
    assert.equal(code, 0)
    const [usage = '', , purpose = ''] = out.split('\n')
    assert.match(usage, new RegExp(`^Usage: lb-controller ${command}`))
    assert.match(purpose, /^[A-Z].{20,}/)
    assert.ok(examplesOf(out).length >= 2)
    assert.match(out, /^Exit codes:\n {2}0 /m)
    assert.match(out, /^Environment:\n {2}\w/m)
  })

  test(`the examples of ${command} run`, async () => {
    for (const example of examplesOf((await invoke([command, '--help'])).out)) await runExample(example)
  })
}

const listsOf = (help: string): readonly string[] =>
  [...help.matchAll(/^(?:Arguments|Options|Commands|Settings.*):\n((?: {2}.*\n)+)/gm)].flatMap(
    ([, list = '']) => list.trimEnd().split('\n'),
  )

for (const width of [80, 100]) {
  test(`what help lists fits into ${width} columns, beside long values too`, async () => {
    for (const command of ['', ...commands, ...hidden, 'node-proxy', 'sandbox', 'sandbox chaos']) {
      const { out } = await invoke([...command.split(' ').filter((word) => word !== ''), '--help'], { width })
      const lines = listsOf(out)
      assert.notEqual(lines.length, 0)
      // A term of which no part can be broken off may stand alone.
      for (const line of lines)
        assert.ok(line.length <= width || /^ {2}-\S*(?: <\S+>)?$/.test(line), `${command}: ${line}`)
    }
  })
}

test('help lists the settings of each cloud apart, and of those that can be run', async () => {
  const { out } = await invoke(['run', '--help'])
  const headings = [...out.matchAll(/^(?:Options|Settings.*):$/gm)].map(([heading]) => heading)
  assert.deepEqual(headings, ['Options:', 'Settings:', 'Settings of aws:', 'Settings of local:'])
  const taken: RunOptions[] = []
  const run = async () => async (options: RunOptions) => {
    taken.push(options)
    return exit.fine
  }
  await invoke(['run', '--gcp-region', 'europe-west1'], { bodies: { run } })
  assert.equal(taken[0]?.flags['gcp.region'], 'europe-west1', 'a hidden one is taken all the same')
})

const examplesOf = (help: string): readonly string[] =>
  [...help.matchAll(/^ {2}\$ (.*)$/gm)].map(([, example = '']) => example)

/** Knows as much of a shell as the examples use: `cat FILE | ...` and `... > FILE`. What needs a cluster is parsed only. */
async function runExample(example: string): Promise<void> {
  const [, piped, , command = ''] = /^(?:cat (\S+) (\|) )?lb-controller (.*?)(?: > \S+)?$/.exec(example) ?? []
  assert.notEqual(command, '', `not understood: ${example}`)
  const parsed: unknown[] = []
  const record = async () => async (options: unknown) => {
    parsed.push(options)
    return exit.fine
  }
  const { code, err, out } = await invoke(command.split(' '), {
    ...(piped === undefined ? {} : { stdin: readFileSync(piped) }),
    bodies: {
      run: record,
      status: record,
      doctor: record,
      facts: record,
      diff: record,
      adopt: record,
      orphans: record,
      localBalancer: record,
      localAws: record,
    },
  })
  assert.equal(code, 0, example)
  assert.doesNotMatch(err, / (error|warning): /, example)
  assert.ok(out !== '' || parsed.length === 1, `${example} says nothing`)
}

interface Row {
  readonly name: string
  readonly args: readonly string[]
  readonly says: RegExp
}

const mistakes: readonly Row[] = [
  { name: 'nothing at all', args: [], says: /^Usage: lb-controller/ },
  { name: 'a misspelt command', args: ['dryrun'], says: /Did you mean dry-run\?/ },
  {
    name: 'a misspelt flag',
    args: ['dry-run', 'x.yaml', '--provder', 'aws'],
    says: /Did you mean --provider\?/,
  },
  { name: 'a flag without its value', args: ['dry-run', 'x.yaml', '--nodes'], says: /argument missing/ },
  { name: 'no file', args: ['dry-run'], says: /missing required argument 'FILE'/ },
  {
    name: 'an output that does not exist',
    args: ['dry-run', 'x', '-o', 'xml'],
    says: /Accepted: tree, json, yaml, mermaid, html, github\./,
  },
  {
    name: 'a comparison as a graph',
    args: ['dry-run', 'x', '--compare', '-o', 'mermaid'],
    says: /--compare is written as tree, json, yaml, html, not as mermaid/,
  },
  {
    name: 'a comma too much',
    args: ['dry-run', 'x', '--provider', 'aws,,gcp'],
    says: /Accepted: names of clouds between commas\./,
  },
  { name: 'a Service written oddly', args: ['status', 'pod/edge'], says: /Accepted: svc\/NAME\./ },
  { name: 'a shell nobody completes', args: ['completion', 'ksh'], says: /Accepted: bash, zsh, fish\./ },
  { name: 'a code with a slip', args: ['explain', 'LB_FILE_MISING'], says: /did you mean LB_FILE_MISSING\?/ },
  { name: 'a provider with a slip', args: ['annotations', '--provider', 'awss'], says: /did you mean aws\?/ },
]

for (const { name, args, says } of mistakes)
  test(`${name}: exit code 1 and what to do, on stderr`, async () => {
    const { code, out, err } = await invoke(args)
    assert.equal(code, 1)
    assert.equal(out, '')
    assert.match(err, says)
  })

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  assert.deepEqual(await invoke(['--version']), { code: 0, out: `${version}\n`, err: '' })
})

test('run hands every flag on under the path of its setting', async () => {
  const seen: RunOptions[] = []
  await invoke(['run', '--aws-vpc-id', 'vpc-1', '--lease-name', 'x', '--adopt'], {
    env: { LB_CONTROLLER_CONFIG: 'conf.yaml' },
    bodies: {
      run: async () => async (options) => {
        seen.push(options)
        return exit.fine
      },
    },
  })
  const [options] = seen
  assert.equal(options?.configFile, 'conf.yaml')
  const given = Object.entries(options.flags).filter(([, value]) => value !== undefined)
  assert.deepEqual(Object.fromEntries(given), { leaseName: 'x', adopt: true, 'aws.vpcId': 'vpc-1' })
})

test('annotations shows the whole table as JSON, with what is not honoured', async () => {
  const { out } = await invoke(['annotations', '--all', '-o', 'json'])
  const rows = JSON.parse(out) as { key: string; verdict: string; why?: string }[]
  assert.ok(rows.some(({ key }) => key === 'service.beta.kubernetes.io/aws-load-balancer-ssl-cert'))
  for (const { key, verdict, why } of rows) assert.equal(verdict === 'implemented', why === undefined, key)
})

test('annotations --portable says what each key is on a cloud', async () => {
  const { out } = await invoke(['annotations', '--portable', '--provider', 'aws', '-o', 'json'])
  const rows = JSON.parse(out) as { key: string; is?: string; verdict: string; why?: string }[]
  assert.deepEqual(
    rows.map(({ key }) => key),
    Object.values(portable).map(({ key }) => key),
  )
  assert.match(rows.find(({ key }) => key === portable.tlsCertificate.key)?.is ?? '', /ssl-cert$/)
  for (const { key, verdict, why } of rows) assert.equal(verdict === 'implemented', why === undefined, key)
  const text = await invoke(['annotations', '--portable'])
  assert.match(text.out, /on aws: the same as service\.beta\.kubernetes\.io\/aws-load-balancer-ssl-cert/)
})
