import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsAnnotations, rows } from '../../providers/aws/annotations.ts'
import { readAnnotations } from '../../src/model/annotation-reader.ts'
import type { AnnotationTable, Verdict } from '../../src/model/annotations.ts'
import { foreignKeys, keysByCloud } from '../../src/model/known-keys.ts'
import { aws, beta } from './service.ts'

const ignored = (...harmless: readonly string[]): Verdict => ({ is: 'ignored', why: 'it is later', harmless })
const refused: Verdict = { is: 'refused', why: 'it would let everybody in' }

/** The table of AWS, with rows that a cloud does not carry out. */
const table: AnnotationTable = {
  ...awsAnnotations,
  accessLog: { ...rows.accessLog, verdict: ignored('false') },
  elasticAddresses: { ...rows.elasticAddresses, verdict: ignored() },
  listenerAttributes: { ...rows.listenerAttributes, verdict: ignored() },
  prefixLists: { ...rows.prefixLists, verdict: refused },
  portAttributes: { ...rows.portAttributes, verdict: refused },
  actions: { ...rows.actions, verdict: refused },
}

const explain = (key: string, value = 'x') => readAnnotations(table, { [key]: value }, 'aws')

interface Row {
  readonly name: string
  readonly key: string
  readonly value?: string
  /** `severity LB_CODE`; absent where nothing is said. */
  readonly said?: string
  readonly hint?: RegExp
  readonly message?: RegExp
}

const answers: readonly Row[] = [
  { name: 'a right one', key: `${aws}type`, value: 'nlb' },
  {
    name: 'a wrong value',
    key: `${aws}healthcheck-interval`,
    value: '10s',
    said: 'error LB_ANNOTATION_INTEGER',
    hint: /"10"/,
  },
  {
    name: 'an empty value counts as absent',
    key: `${aws}ssl-cert`,
    value: ' ',
    said: 'warning LB_ANNOTATION_EMPTY',
  },
  {
    name: 'not yet implemented',
    key: `${aws}eip-allocations`,
    said: 'warning LB_ANNOTATION_NOT_IMPLEMENTED',
    message: /no effect here/,
  },
  {
    name: 'not implemented, and asks for what holds anyway',
    key: `${aws}access-log-enabled`,
    value: 'false',
  },
  {
    name: 'refused',
    key: `${aws}security-group-prefix-lists`,
    said: 'error LB_ANNOTATION_REFUSED',
    message: /everybody/,
  },
  {
    name: 'a family of keys, ignored',
    key: `${aws}listener-attributes.TCP-80`,
    said: 'warning LB_ANNOTATION_NOT_IMPLEMENTED',
  },
  {
    name: 'a family of keys, refused',
    key: `${aws}target-group-attributes.80`,
    said: 'error LB_ANNOTATION_REFUSED',
  },
  { name: 'actions', key: `${beta}actions.TCP-80`, said: 'error LB_ANNOTATION_REFUSED' },

  { name: 'a slip', key: `${aws}ssl-crt`, said: 'error LB_ANNOTATION_TYPO', hint: /-ssl-cert\?/ },
  {
    name: 'a slip in the prefix',
    key: `service.beta.kuberntes.io/aws-load-balancer-type`,
    said: 'error LB_ANNOTATION_TYPO',
    hint: /-type\?/,
  },
  { name: 'case', key: `${aws}Internal`, said: 'error LB_ANNOTATION_TYPO', hint: /-internal\? .*case/ },
  {
    name: 'another prefix',
    key: 'service.kubernetes.io/aws-load-balancer-internal',
    said: 'error LB_ANNOTATION_TYPO',
    hint: /service\.beta\..*-internal\?/,
  },
  {
    name: 'no prefix',
    key: 'aws-load-balancer-internal',
    said: 'error LB_ANNOTATION_TYPO',
    hint: /service\.beta\..*-internal\?/,
  },
  {
    name: 'a word cut short is a guess, so a warning',
    key: `${aws}cross-zone-load-balancing`,
    said: 'warning LB_ANNOTATION_UNKNOWN',
  },
  {
    name: 'four letters off',
    key: `${aws}healthcheck-protoc`,
    said: 'error LB_ANNOTATION_TYPO',
    hint: /healthcheck-protocol/,
  },
  {
    name: 'a slip in a key that is ignored anyway',
    key: `${aws}eip-allocation`,
    said: 'warning LB_ANNOTATION_TYPO',
    hint: /eip-allocations/,
  },
  {
    name: 'near nothing, where only controllers look',
    key: `${beta}zonk`,
    said: 'warning LB_ANNOTATION_UNKNOWN',
  },
  {
    name: 'near nothing, where only our local provider looks',
    key: 'local.lb-controller.io/zonk',
    said: 'warning LB_ANNOTATION_UNKNOWN',
  },
  { name: 'near nothing, elsewhere', key: 'meta.helm.sh/release-name' },
  { name: 'no prefix at all', key: 'owner' },
  { name: 'no letters at all', key: '' },

  {
    name: "azure's",
    key: `${beta}azure-pip-name`,
    said: 'note LB_ANNOTATION_FOREIGN',
    message: /azure and has no effect elsewhere/,
  },
  {
    name: "azure's, and it decides who can connect",
    key: `${beta}azure-load-balancer-internal`,
    said: 'warning LB_ANNOTATION_FOREIGN',
  },
  {
    name: "azure's, misspelt",
    key: `${beta}azure-pip-nam`,
    said: 'note LB_ANNOTATION_FOREIGN',
    hint: /azure-pip-name/,
  },
  {
    name: "azure's, of a port",
    key: `${beta}port_80_health-probe_protocol`,
    said: 'note LB_ANNOTATION_FOREIGN',
  },
  { name: "openstack's", key: 'loadbalancer.openstack.org/class', said: 'note LB_ANNOTATION_FOREIGN' },
  {
    name: "gcp's, written",
    key: 'service.kubernetes.io/tcp-forwarding-rule',
    said: 'note LB_ANNOTATION_FOREIGN',
  },
  {
    name: 'of a cloud without a provider',
    key: `${beta}do-loadbalancer-protocol`,
    said: 'note LB_ANNOTATION_FOREIGN',
    message: /DigitalOcean/,
  },
  { name: "Kubernetes's own", key: 'service.kubernetes.io/topology-mode' },
  {
    name: "Kubernetes's own, misspelt",
    key: 'service.kubernetes.io/topology-mod',
    said: 'warning LB_ANNOTATION_UNKNOWN',
    hint: /topology-mode/,
  },
  { name: 'ours', key: 'lb-controller.io/accepted' },
]

for (const row of answers)
  test(`annotation: ${row.name}`, () => {
    const { problems } = explain(row.key, row.value)
    assert.deepEqual(
      problems.map(({ severity, code }) => `${severity} ${code}`),
      row.said === undefined ? [] : [row.said],
    )
    if (row.hint !== undefined) assert.match(problems[0]?.hint ?? '', row.hint)
    if (row.message !== undefined) assert.match(problems[0]?.message ?? '', row.message)
  })

test('annotation: a setting carries its value, key, text and path', () => {
  const { settings } = readAnnotations(awsAnnotations, { [`${aws}ssl-ports`]: '443, https' }, 'aws')
  assert.deepEqual(settings, {
    tlsPorts: {
      value: [443, 'https'],
      key: `${aws}ssl-ports`,
      raw: '443, https',
      path: `metadata.annotations["${aws}ssl-ports"]`,
    },
  })
})

test('annotation: the key that is set is the one of the table, and none of an object', () => {
  assert.deepEqual(
    readAnnotations(awsAnnotations, { constructor: 'x', __proto__: 'y', toString: 'z' }, 'aws').settings,
    {},
  )
})

/** One letter dropped, doubled, or swapped with the next. */
function* slips(key: string): Iterable<string> {
  for (let at = 0; at < key.length; at++) {
    const [before, letter, after] = [key.slice(0, at), key.charAt(at), key.slice(at + 1)]
    yield before + after
    yield before + letter + letter + after
    if (after !== '' && after[0] !== letter) yield before + after.charAt(0) + letter + after.slice(1)
  }
}

test('annotation: the right key is named for one letter dropped, doubled or swapped', () => {
  const keys = Object.values(awsAnnotations).flatMap(({ key, family }) => (family === undefined ? [key] : []))
  let [asked, named] = [0, 0]
  for (const key of keys)
    for (const slip of slips(key)) {
      const { problems } = explain(slip)
      asked++
      if (problems[0]?.hint?.includes(`${key}?`) === true) named++
    }
  assert.ok(keys.length > 50)
  assert.ok(named / asked >= 0.99, `${named} of ${asked}`)
})

test("annotation: no cloud's valid key is called a typo, on any cloud", () => {
  for (const provider of ['aws', 'gcp', 'azure', 'openstack', 'local'])
    for (const { key } of foreignKeys) {
      const table = provider === 'aws' ? awsAnnotations : {}
      const { problems } = readAnnotations(table, { [key]: 'x' }, provider)
      for (const { code } of problems) assert.ok(!/TYPO|UNKNOWN/.test(code), `${key} on ${provider}: ${code}`)
    }
})

test('annotation: all keys of the table are known to the other clouds, and the other way round', () => {
  const table = Object.values(awsAnnotations).map(({ key }) => key)
  const known = new Set(keysByCloud['aws'])
  const shared = [`${beta}load-balancer-source-ranges`]
  assert.deepEqual(
    table.filter(
      (key) =>
        !known.has(key) &&
        !key.includes('<') &&
        !shared.includes(key) &&
        !key.startsWith('lb-controller.io/'),
    ),
    [],
  )
  assert.deepEqual(
    [...known].filter((key) => !table.includes(key)),
    [],
  )
  assert.equal(new Set(foreignKeys.map(({ key }) => key)).size, foreignKeys.length)
})
