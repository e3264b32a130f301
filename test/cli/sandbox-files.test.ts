import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyAll, manifestsOf } from '../../src/cli/sandbox-files.ts'
import { KubeError } from '../../src/kube/errors.ts'
import type { KubeApi } from '../../src/kube/port.ts'

const service = `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    example.com/a.b: x
spec:
  loadBalancerSourceRanges:
    - 10.0.0.0/8
    - 10.0.0.0/33
  ports:
    - port: 80
    - port: 81
      nodePort: 1
`
const secret = `apiVersion: v1
kind: Secret
metadata: { name: keys }
data:
  good: eA==
  bad key: eA==
`
const slice = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1 }
addressType: IPv4
endpoints:
  - addresses: [127.0.0.1]
`

interface Row {
  readonly name: string
  readonly text: string
  readonly refusal: string
  /** `LINE:COLUMN PATH`. */
  readonly points: string
}

const rows: readonly Row[] = [
  {
    name: 'a field as the API server spells it, which is not as it is written',
    text: service,
    refusal:
      'Service "web" is invalid: spec.LoadBalancerSourceRanges[1]: Invalid value: "10.0.0.0/33": must be',
    points: '10:7 spec.loadBalancerSourceRanges[1]',
  },
  {
    name: 'the first of several',
    text: service,
    refusal:
      'Service "web" is invalid: [spec.ports[1].nodePort: Invalid value: 1, spec.ports[1].port: Duplicate]',
    points: '14:7 spec.ports[1].nodePort',
  },
  {
    name: 'a field that is missing points at what should hold it',
    text: service,
    refusal: 'Service "web" is invalid: spec.ports[0].name: Required value',
    points: '12:7 spec.ports[0].name',
  },
  {
    name: 'a field that there is not',
    text: service,
    refusal:
      'failed to create typed patch object (default/web; /v1, Kind=Service): .spec.ports: field not declared',
    points: '11:3 spec.ports',
  },
  {
    name: 'a key with dots and slashes',
    text: service,
    refusal: 'Service "web" is invalid: metadata.annotations[example.com/a.b]: Invalid value: "x"',
    points: '6:5 metadata.annotations["example.com/a.b"]',
  },
  {
    name: 'a field outside of spec',
    text: slice,
    refusal:
      'EndpointSlice.discovery.k8s.io "web-1" is invalid: endpoints[0].addresses[0]: Invalid value: "127.0.0.1"',
    points: '6:17 endpoints[0].addresses[0]',
  },
  {
    name: 'a field that the object has not got at all',
    text: slice,
    refusal: 'EndpointSlice.discovery.k8s.io "web-1" is invalid: ports[0].port: Required value',
    points: '3:13 metadata.name',
  },
  {
    name: 'no field',
    text: service,
    refusal: 'services "web" is forbidden: no',
    points: '4:3 metadata.name',
  },
  {
    name: 'a sentence with colons',
    text: service,
    refusal: 'Internal error occurred: webhook: kinds: toString: no',
    points: '4:3 metadata.name',
  },
  {
    name: 'a key with a space, in the second document of a file',
    text: `${service}---\n${secret}`,
    refusal:
      'Secret "keys" is invalid: data[bad key]: Invalid value: "bad key": a valid config key must consist',
    points: '21:3 data["bad key"]',
  },
]

for (const { name, text, refusal, points } of rows)
  test(`a refusal points at its line: ${name}`, async () => {
    const { manifests, problems } = manifestsOf([{ place: 'a.yaml', text }])
    assert.deepEqual(problems, [])
    const last = manifests.at(-1)!
    const told = await applyAll(refusing(last.object.metadata.name, refusal), manifests, () => {}, live)
    assert.deepEqual(
      told.map(({ problem, line, column }) => `${line}:${column} ${problem.path}`),
      [points],
    )
    assert.deepEqual(
      told.map(({ problem, place }) => [problem.code, problem.message, place]),
      [['LB_SANDBOX_REFUSED', refusal, 'a.yaml']],
    )
  })

test('what is refused stops nothing else, in the order of the files', async () => {
  const { manifests } = manifestsOf([
    { place: 'a.yaml', text: `${service}---\n${secret}` },
    { place: 'b.yaml', text: slice },
  ])
  const applied: string[] = []
  const told = await applyAll(
    refusing('keys', 'no'),
    manifests,
    ({ object }) => void applied.push(object.metadata.name),
    live,
  )
  assert.deepEqual(applied, ['web', 'web-1'])
  assert.equal(told.length, 1)
})

test('after the end was asked for nothing more is sent', async () => {
  const { manifests } = manifestsOf([{ place: 'a.yaml', text: `${service}---\n${secret}` }])
  const end = new AbortController()
  const applied: string[] = []
  const told = await applyAll(
    refusing('nobody', ''),
    manifests,
    ({ object }) => {
      applied.push(object.metadata.name)
      end.abort()
    },
    end.signal,
  )
  assert.deepEqual([applied, told], [['web'], []])
})

const mistakes: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  [
    'a kind that is misspelt',
    'apiVersion: v1\nkind: Sevice\n',
    /^2:1 the sandbox serves no Sevice of "v1".*Service/,
  ],
  ['a version of another', 'apiVersion: v2\nkind: Service\n', /^1:1 the sandbox serves no Service of "v2"/],
  ['no version', 'kind: Service\n', /^1:1 Service has no apiVersion/],
  ['no kind', 'apiVersion: v1\n', /^1:1 kind is missing/],
  ['no name', 'apiVersion: v1\nkind: Service\nmetadata: {}\n', /^3:\d+ .*name/],
]

for (const [name, text, says] of mistakes)
  test(`what cannot be sent is told with its line: ${name}`, () => {
    const { manifests, problems } = manifestsOf([{ place: 'a.yaml', text }])
    assert.equal(manifests.length, 0)
    const [first] = problems
    const hint = first?.problem.hint ?? ''
    assert.match(`${first?.line}:${first?.column} ${first?.problem.message} ${hint}`, says)
  })

const live = new AbortController().signal

/** An API server that takes all but one object. */
const refusing = (refused: string, why: string): KubeApi =>
  ({
    patch: async (_resource: unknown, { name }: { name: string }) => {
      if (name === refused) throw new KubeError(422, 'Invalid', why)
      return {}
    },
  }) as unknown as KubeApi
