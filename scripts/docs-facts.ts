import { type GenericSchema, getDescription } from 'valibot'
import { clouds } from './clouds.ts'
import { cell, code, table, written } from './markdown.ts'

/** What a facts file may hold, from the schemas that read it. */
export async function factsPage(): Promise<string> {
  const sections = await Promise.all(
    clouds.map(async ({ title, blueprint }) => [
      `## ${code(blueprint.name)}`,
      '',
      `What is known of ${title}.`,
      '',
      ...table(
        ['Fact', 'Is', 'Meaning'],
        fieldsOf(await blueprint.facts.schema(), '').map(({ path, type, doc }) => [
          code(path),
          type,
          cell(doc),
        ]),
      ),
      '',
      ...existingOf(blueprint),
    ]),
  )
  return [
    written('the schemas that read --facts'),
    '',
    '# Facts files',
    '',
    '`lb-controller dry-run --facts FILE` takes what it would ask the cloud from a file, YAML or JSON. Every section and every',
    'fact may be left out: what depends on it is then *known at apply*. What is misspelt, of the wrong type or contradicts',
    'itself is told with its line, and nothing of that section is used.',
    '',
    '```yaml',
    'cluster:',
    '  name: kubernetes',
    '  uid: 11111111-2222-3333-4444-555555555555 # of the namespace kube-system',
    'aws:',
    '  network:',
    '    vpcId: vpc-1',
    '    region: us-east-1',
    '    subnets:',
    '      - { id: subnet-1, zone: us-east-1a, zoneType: availability-zone, cidr: 10.0.1.0/24, freeAddresses: 200,',
    '          public: true, tags: { kubernetes.io/role/elb: "1" } }',
    '```',
    '',
    ...sections.flat(),
  ].join('\n')
}

interface Field {
  readonly path: string
  readonly type: string
  readonly doc: string
}

/** What is read of schemas here, of all kinds of them. */
interface Schema extends GenericSchema {
  readonly wrapped?: Schema
  readonly entries?: Readonly<Record<string, Schema>>
  readonly item?: Schema
  readonly value?: Schema
  readonly options?: readonly (string | Schema)[]
  readonly literal?: unknown
}

function fieldsOf(given: GenericSchema, prefix: string): readonly Field[] {
  const schema = unwrapped(given)
  if (schema.entries === undefined) return []
  return Object.entries(schema.entries).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    const type = `${typeOf(field)}${field.type === 'optional' ? '' : ', needed'}`
    const [inner, at] = below(unwrapped(field), path)
    return [{ path, type, doc: descriptionOf(field) }, ...(inner === undefined ? [] : fieldsOf(inner, at))]
  })
}

/** The schema of what lies in a list or a map, and how its path is written. */
function below(schema: Schema, path: string): readonly [Schema | undefined, string] {
  if (schema.entries !== undefined) return [schema, path]
  if (schema.item !== undefined) return below(unwrapped(schema.item), `${path}[]`)
  if (schema.value !== undefined) return below(unwrapped(schema.value), `${path}.*`)
  return [undefined, path]
}

const unwrapped = (schema: Schema): Schema =>
  schema.wrapped === undefined ? schema : unwrapped(schema.wrapped)

function descriptionOf(schema: Schema): string {
  return getDescription(schema) ?? (schema.wrapped === undefined ? '' : descriptionOf(schema.wrapped))
}

function typeOf(given: Schema): string {
  const schema = unwrapped(given)
  if (schema.entries !== undefined) return 'a map'
  if (schema.item !== undefined) return `a list of ${plural(typeOf(schema.item))}`
  if (schema.value !== undefined) return `a map of ${plural(typeOf(schema.value))}`
  if (schema.options !== undefined)
    return schema.options.map((one) => (typeof one === 'object' ? typeOf(one) : code(one))).join(' or ')
  if (schema.literal !== undefined) return code(JSON.stringify(schema.literal))
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
  }
  return words[schema.type] ?? 'any value'
}

const plural = (type: string): string =>
  /^a \w+$/.test(type) ? `${type.slice(2)}s` : type.replace(/^a /, '')

function existingOf({ name, kinds }: (typeof clouds)[number]['blueprint']): string[] {
  const readable = Object.values(kinds).filter((kind) => kind.observe !== undefined)
  if (readable.length === 0) return []
  return [
    `\`${name}.existing\` holds objects that are there already, each as the cloud itself describes it, by kind: ${readable.map((kind) => code(kind.name)).join(', ')}. The plan then says what would change.`,
    '',
  ]
}
