import { test } from 'node:test'
import { matchesGolden } from './golden.ts'
import { invokeToy } from './invoke.ts'

interface Row {
  readonly name: string
  /** File names are those of test/cli/golden/inputs. */
  readonly args: readonly string[]
}

/** What it prints and how it ends is in golden/<name>.txt. */
const rows: readonly Row[] = [
  { name: 'two-services', args: ['two-services.yaml'] },
  {
    name: 'with-nodes-and-facts',
    args: ['two-services.yaml', '--nodes', 'nodes.yaml', '--facts', 'facts.yaml'],
  },
  { name: 'json', args: ['one.yaml', '-o', 'json', '--detailed-exitcode'] },
  { name: 'yaml', args: ['other-types.yaml', '-o', 'yaml'] },
  { name: 'other-types', args: ['other-types.yaml', '--detailed-exitcode'] },
  { name: 'from-cluster', args: ['from-cluster.json'] },
  { name: 'other-cloud', args: ['gke.yaml'] },
  {
    name: 'warning-fails',
    args: ['one.yaml', '--facts', 'facts-misspelt.yaml', '--fail-on', 'warning'],
  },
  { name: 'local', args: ['local.yaml'] },
  { name: 'github', args: ['local.yaml', 'hostile.yaml', '-o', 'github'] },
  { name: 'mermaid', args: ['two-services.yaml', '-o', 'mermaid'] },
  { name: 'compare', args: ['asks.yaml', '--compare'] },
  { name: 'compare-json', args: ['local.yaml', '--compare', '-o', 'json'] },
  { name: 'compare-yaml', args: ['one.yaml', '--compare', '-o', 'yaml'] },
  { name: 'twice', args: ['one.yaml', 'one.yaml'] },
  { name: 'bad/tab', args: ['tab.yaml'] },
  { name: 'bad/unclosed', args: ['unclosed.yaml'] },
  { name: 'bad/one-of-two', args: ['one-of-two.yaml'] },
  { name: 'bad/duplicate-key', args: ['duplicate-key.yaml'] },
  { name: 'bad/helm-template', args: ['helm-template.yaml'] },
  { name: 'bad/not-json', args: ['not-json.json'] },
  { name: 'bad/empty', args: ['empty.yaml'] },
  { name: 'bad/no-kind', args: ['no-kind.yaml'] },
  { name: 'bad/text', args: ['text.yaml'] },
  { name: 'bad/wrong-version', args: ['wrong-version.yaml'] },
  { name: 'bad/no-version', args: ['no-version.yaml'] },
  { name: 'bad/no-name', args: ['no-name.yaml'] },
  { name: 'bad/no-metadata', args: ['no-metadata.yaml'] },
  { name: 'bad/wrong-values', args: ['wrong-values.yaml'] },
  { name: 'bad/missing', args: ['absent.yaml', 'one.yaml'] },
  { name: 'bad/facts', args: ['one.yaml', '--facts', 'text.yaml'] },
]

const inputs = 'test/cli/golden/inputs/'

for (const { name, args } of rows)
  test(`dry-run ${name}`, async () => {
    const { code, out, err } = await invokeToy([
      'dry-run',
      ...args.map((arg) => arg.replace(/^.*\.(yaml|json)$/, `${inputs}$&`)),
    ])
    matchesGolden(
      name,
      `$ lb-controller dry-run ${args.join(' ')}\n${out}--- stderr\n${err}--- exit code ${code}\n`,
    )
  })
