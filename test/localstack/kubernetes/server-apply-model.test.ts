import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import type { ServiceObject, ServicePort } from '../../../src/model/objects.ts'
import { cluster, faultOf } from './cluster.ts'

/**
 * Random histories of applications and updates, beside a model that knows of the fields of a Service only their paths,
 * values and owners. A field that nobody has written stands at its default, or is not there.
 */
type Values = ReadonlyMap<string, string>

const managers = ['a', 'b', 'c']
const forms: readonly { readonly path: string; readonly values: readonly string[] }[] = [
  { path: 'label x', values: ['1', '2'] },
  { path: 'label y', values: ['1', '2'] },
  { path: 'finalizer a.io/x', values: [''] },
  { path: 'finalizer b.io/y', values: [''] },
  { path: 'affinity', values: ['None', 'ClientIP'] },
  { path: 'externalIPs', values: ['192.0.2.1', '192.0.2.1,192.0.2.2'] },
  { path: 'selector', values: ['app=x', 'tier=y', 'app=x,tier=y'] },
  ...['80/TCP', '80/UDP', '81/TCP'].flatMap((port) => [
    {
      path: `port ${port} name`,
      values: ['m', 'n'].map((name) => name + port.replace('/', '').toLowerCase()),
    },
    { path: `port ${port} appProtocol`, values: ['http', 'https'] },
  ]),
]

/** An application names ports by their name, so that two of them differ. */
const values: fc.Arbitrary<Values> = fc
  .tuple(
    ...forms.map(({ path, values }) =>
      fc
        .option(fc.constantFrom(...values), { nil: undefined, freq: 1 })
        .map((value) => [path, value] as const),
    ),
  )
  .map((all) => new Map(all.filter((one): one is [string, string] => one[1] !== undefined)))
  .map((all) => new Map([...all].filter(([path]) => isHeld(path, all))))

const isHeld = (path: string, all: Values) =>
  !path.endsWith(' appProtocol') || all.has(path.replace(/appProtocol$/, 'name'))

const step = fc.record({
  manager: fc.constantFrom(...managers),
  values,
  how: fc.constantFrom('apply', 'apply', 'apply', 'force', 'update'),
})

function configOf(all: Values): ServiceObject {
  const of = (kind: string) =>
    [...all].flatMap(([path, value]) =>
      path.startsWith(`${kind} `) ? [[path.slice(kind.length + 1), value] as const] : [],
    )
  const list = (path: string) => all.get(path)?.split(',')
  const ports = of('port').flatMap(([path, name]): ServicePort[] => {
    const [at = '', field] = path.split(' ')
    if (field !== 'name') return []
    const [port, protocol] = at.split('/')
    const appProtocol = all.get(`port ${at} appProtocol`)
    return [
      {
        name,
        port: Number(port),
        protocol: protocol as 'TCP',
        ...(appProtocol === undefined ? {} : { appProtocol }),
      },
    ]
  })
  const labels = Object.fromEntries(of('label'))
  const finalizers = of('finalizer').map(([name]) => name)
  return {
    metadata: {
      name: 'web',
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(finalizers.length === 0 ? {} : { finalizers }),
    },
    spec: {
      ...(ports.length === 0 ? {} : { ports }),
      ...(all.has('affinity') ? { sessionAffinity: all.get('affinity') } : {}),
      ...(all.has('externalIPs') ? { externalIPs: list('externalIPs') } : {}),
      ...(all.has('selector')
        ? { selector: Object.fromEntries(list('selector')?.map((one) => one.split('=')) ?? []) }
        : {}),
    },
  } as ServiceObject
}

const joined = (map: object) =>
  Object.entries(map)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(',')

function valuesOf({ metadata, spec }: ServiceObject): Values {
  const { externalIPs, selector, sessionAffinity } = spec as {
    externalIPs?: string[]
    selector?: object
    sessionAffinity?: string
  }
  return new Map<string, string>([
    ...Object.entries(metadata.labels ?? {}).map(([key, value]) => [`label ${key}`, value] as const),
    ...(metadata.finalizers ?? []).map((name) => [`finalizer ${name}`, ''] as const),
    ['affinity', sessionAffinity ?? ''],
    ...(externalIPs === undefined ? [] : [['externalIPs', externalIPs.join(',')] as const]),
    ...(selector === undefined ? [] : [['selector', joined(selector)] as const]),
    ...(spec?.ports ?? []).flatMap(({ port, protocol, name, appProtocol }) => [
      [`port ${port}/${protocol} name`, name ?? ''] as const,
      ...(appProtocol ? [[`port ${port}/${protocol} appProtocol`, appProtocol] as const] : []),
    ]),
  ])
}

/** The paths that each manager owns, in the words of the model. */
function ownersOf(object: ServiceObject): Record<string, readonly string[]> {
  const { managedFields = [] } = object.metadata as {
    managedFields?: readonly { manager: string; operation: string; fieldsV1: Tree }[]
  }
  const owners = managedFields.map(
    ({ manager, operation, fieldsV1 }) => [`${manager} ${operation}`, pathsIn(fieldsV1)] as const,
  )
  // Who owns no more than a place that is empty is nobody to the model.
  return Object.fromEntries(owners.filter(([, paths]) => paths.length > 0))
}

interface Tree {
  readonly [element: string]: Tree
}

function pathsIn(fields: Tree): readonly string[] {
  const below = (tree: Tree | undefined) => Object.keys(tree ?? {}).filter((element) => element !== '.')
  const { 'f:metadata': meta, 'f:spec': spec } = fields
  return [
    ...below(meta?.['f:labels']).map((key) => `label ${key.slice(2)}`),
    ...below(meta?.['f:finalizers']).map((name) => `finalizer ${JSON.parse(name.slice(2))}`),
    ...(spec?.['f:sessionAffinity'] === undefined ? [] : ['affinity']),
    ...(spec?.['f:externalIPs'] === undefined ? [] : ['externalIPs']),
    ...(spec?.['f:selector'] === undefined ? [] : ['selector']),
    ...below(spec?.['f:ports']).flatMap((item) => {
      const { port, protocol } = JSON.parse(item.slice(2)) as { port: number; protocol: string }
      return below(spec?.['f:ports']?.[item])
        .filter((field) => field === 'f:name' || field === 'f:appProtocol')
        .map((field) => `port ${port}/${protocol} ${field.slice(2)}`)
    }),
  ].toSorted()
}

class Model {
  readonly base: Values
  values = new Map<string, string>()
  owners = new Map<string, Set<string>>()

  constructor(base: Values) {
    this.base = base
    this.values = new Map(base)
    this.owners.set('base Apply', new Set([...base.keys()].filter((path) => path !== 'affinity')))
  }

  #othersOf(path: string, id: string): readonly string[] {
    return [...this.owners].flatMap(([owner, paths]) => (owner !== id && paths.has(path) ? [owner] : []))
  }

  /** What others own and this would change. */
  contested(id: string, config: Values): readonly string[] {
    return [...config].flatMap(([path, value]) =>
      this.values.get(path) === value ? [] : this.#othersOf(path, id).map((owner) => `${owner} ${path}`),
    )
  }

  apply(id: string, config: Values): void {
    const last = this.owners.get(id) ?? new Set()
    for (const [path, value] of config) {
      if (this.values.get(path) !== value) for (const paths of this.owners.values()) paths.delete(path)
      this.values.set(path, value)
    }
    this.owners.set(id, new Set(config.keys()))
    for (const path of last)
      if (!config.has(path) && this.#othersOf(path, id).length === 0) this.#remove(path)
  }

  /** What an update says of the fields it names, changes them, and those that it does not name stay. */
  update(id: string, config: Values): void {
    const own = this.owners.get(id) ?? new Set()
    for (const [path, value] of config) {
      if (this.values.get(path) === value) continue
      for (const paths of this.owners.values()) paths.delete(path)
      own.add(path)
      this.values.set(path, value)
    }
    this.owners.set(id, own)
  }

  #remove(path: string): void {
    if (path === 'affinity') this.values.set(path, 'None')
    else this.values.delete(path)
  }

  /** As the server tells it: who owns nothing is not named. */
  get owned(): Record<string, readonly string[]> {
    const some = [...this.owners].filter(([, paths]) => paths.size > 0)
    return Object.fromEntries(some.map(([id, paths]) => [id, [...paths].toSorted()]))
  }
}

const strategic = (state: ClusterState, manager: string, config: ServiceObject) =>
  state.patch('services', 'web', config, { writer: { manager }, type: 'strategic' })

test('whatever is applied and updated, fields have the values and owners of the model', () => {
  const base: Values = new Map([['port 1/TCP name', 'base']])
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 7 }), (steps) => {
      const state = cluster()
      const apply = (manager: string, config: Values, force = false) =>
        state.apply('services', configOf(config), { writer: { manager }, force }).object
      apply('base', base)
      const model = new Model(new Map([...base, ['affinity', 'None']]))
      for (const { manager, values, how } of steps) {
        const id = `${manager} ${how === 'update' ? 'Update' : 'Apply'}`
        if (how === 'update') {
          strategic(state, manager, configOf(values))
          model.update(id, values)
        } else {
          const contested = model.contested(id, values)
          if (how === 'apply' && contested.length > 0) {
            const fault = faultOf(() => apply(manager, values))
            assert.deepEqual([fault.code, fault.details?.causes?.length], [409, contested.length])
          } else {
            const after = apply(manager, values, how === 'force')
            model.apply(id, values)
            assert.equal(apply(manager, values), after)
          }
        }
        const live = state.get('services', 'web')
        assert.deepEqual(valuesOf(live), model.values)
        assert.deepEqual(ownersOf(live), model.owned)
      }
    }),
    { numRuns: 30 },
  )
})
