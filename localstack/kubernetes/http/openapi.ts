import { groups } from './discovery.ts'
import { groupsOf, groupVersion, resourceNames, resources, type Resource } from '../resource.ts'
import type { Scalar, Schema, Struct } from '../schema.ts'
import { schemas } from '../schemas.ts'

/**
 * As much OpenAPI as kubectl reads: which requests take `fieldValidation` (so that it leaves validation to the
 * server), and how lists merge (so that `apply` can make a strategic patch).
 */
type Components = Record<string, object>

function typeOf(schema: Schema, group: string, components: Components): object {
  if (schema.is === 'struct') {
    const name = componentName(schema, group)
    components[name] ??= structOf(schema, group, components)
    return { allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} }
  }
  if (schema.is === 'map')
    return {
      type: 'object',
      additionalProperties: typeOf(schema.of, group, components),
      ...(schema.atomic === true ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    }
  if (schema.is !== 'list') return scalars[schema.is]
  const keys = schema.keys ?? (schema.mergeKey === undefined ? undefined : [schema.mergeKey])
  const whole = schema.set === true ? 'set' : 'atomic'
  return {
    type: 'array',
    items: typeOf(schema.of, group, components),
    'x-kubernetes-list-type': keys === undefined ? whole : 'map',
    ...(keys === undefined ? {} : { 'x-kubernetes-list-map-keys': keys }),
    ...(keys === undefined && schema.set !== true ? {} : { 'x-kubernetes-patch-strategy': 'merge' }),
    ...(schema.mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': schema.mergeKey }),
  }
}

const scalars: { readonly [K in Scalar['is']]: object } = {
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  time: { type: 'string', format: 'date-time' },
  intOrString: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
}

function structOf(schema: Struct, group: string, components: Components): object {
  const properties = Object.entries(schema.fields).map(([name, field]) => [
    name,
    typeOf(field, group, components),
  ])
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as object,
    ...(schema.open === true ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    ...(schema.atomic === true ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  }
}

const componentName = (schema: Struct, group: string) =>
  ['ObjectMeta', 'OwnerReference', 'Condition'].includes(schema.name)
    ? `io.k8s.apimachinery.pkg.apis.meta.v1.${schema.name}`
    : `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.v1.${schema.name}`

const validation = {
  name: 'fieldValidation',
  in: 'query',
  description: 'What to do with unknown or repeated fields: Ignore, Warn or Strict.',
  schema: { type: 'string', uniqueItems: true },
}
const dryRun = { name: 'dryRun', in: 'query', schema: { type: 'string', uniqueItems: true } }

function pathsOf(resource: Resource, group: string): Record<string, object> {
  const root = group === '' ? '/api/v1' : `/apis/${group}/v1`
  const base = `${root}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.plural}`
  const operation = (action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version: 'v1', kind: resource.kind },
    parameters: [dryRun, validation],
    responses: { '200': { description: 'OK' } },
  })
  return {
    [base]: { post: operation('post') },
    [`${base}/{name}`]: { put: operation('put'), patch: operation('patch') },
  }
}

function documentOf(group: string): object {
  const components: Components = {}
  const paths: Record<string, object> = {}
  for (const resource of resourceNames.map((name) => resources[name])) {
    if (!groupsOf(resource).includes(group)) continue
    const schema = schemas[resource.plural]
    Object.assign(paths, pathsOf(resource, group))
    typeOf(schema, group, components)
    Object.assign(components[componentName(schema, group)] ?? {}, {
      'x-kubernetes-group-version-kind': [{ group, version: 'v1', kind: resource.kind }],
    })
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.35.0' },
    paths,
    components: { schemas: components },
  }
}

const rootOf = (group: string) => (group === '' ? 'api/v1' : `apis/${groupVersion(group, 'v1')}`)
const served = ['', ...groups]
const prefix = '/openapi/v3'

/** The OpenAPI v3 index or one group's document; undefined for any other path. */
export function openapiDocument(path: string): object | undefined {
  if (path === prefix)
    return {
      paths: Object.fromEntries(
        served.map((group) => [
          rootOf(group),
          { serverRelativeURL: `${prefix}/${rootOf(group)}?hash=${serverHash}` },
        ]),
      ),
    }
  const group = served.find((one) => path === `${prefix}/${rootOf(one)}`)
  return group === undefined ? undefined : documentOf(group)
}

/** Clients cache a document by this. */
const serverHash = 'lb-controller'
