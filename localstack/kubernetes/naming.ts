/** The API server's rules for names, keys and label values. Each check answers with the complaints, in its own words. */
type Check = (value: string) => string[]

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const word = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'

/** The two blanks before "or" are the API server's. */
const examples = (pattern: string, names: readonly string[]) =>
  `(e.g. ${names.map((name) => `'${name}'`).join(',  or ')}, regex used for validation is '${pattern}')`

function rule(pattern: string, limit: number, sentence: string, names: readonly string[]): Check {
  const shape = new RegExp(`^${pattern}$`)
  return (value) => [
    ...(value.length > limit ? [`must be no more than ${limit} bytes`] : []),
    ...(shape.test(value) ? [] : [`${sentence} ${examples(pattern, names)}`]),
  ]
}

export const dns1035Label = rule(
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  63,
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  ['my-name', 'abc-123'],
)

export const dns1123Label = rule(
  label,
  63,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  ['my-name', '123-abc'],
)

export const dns1123Subdomain = rule(
  `${label}(\\.${label})*`,
  253,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  ['example.com'],
)

export const labelValue = rule(
  `(${word})?`,
  63,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ['MyValue', 'my_value', '12345'],
)

const namePart = rule(
  word,
  63,
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ['MyName', 'my.name', '123-abc'],
)

/** `name` or `prefix/name`: label keys, annotation keys, finalizers, load-balancer classes. */
export const qualifiedName: Check = (value) => {
  const parts = value.split('/')
  const name = parts.at(-1) ?? ''
  if (parts.length > 2)
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character ${examples(word, ['MyName', 'my.name', '123-abc'])} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix === undefined || prefix === ''
      ? []
      : dns1123Subdomain(prefix).map((text) => `prefix part ${text}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...namePart(name),
  ]
}

/** A port's name as a container spells it. */
export const portName: Check = (value) => [
  ...(value.length > 15 ? ['must be no more than 15 characters'] : []),
  ...(/^[-a-z0-9]+$/.test(value)
    ? []
    : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
  ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(value) ? ['must not begin or end with a hyphen'] : []),
]
