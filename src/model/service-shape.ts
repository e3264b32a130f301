import { isObject } from '../lib/json.ts'
import { nearest } from './did-you-mean.ts'
import type { ServiceObject } from './objects.ts'
import { annotationPath, error, type Problem } from './problem.ts'

interface Shape {
  readonly words: string
  readonly fits: (value: unknown) => boolean
}

const text: Shape = { words: 'a text', fits: (value) => typeof value === 'string' }
const whole: Shape = { words: 'a whole number', fits: Number.isInteger }
const truth: Shape = { words: 'true or false', fits: (value) => typeof value === 'boolean' }
const record: Shape = { words: 'a map of fields', fits: isObject }
const texts: Shape = {
  words: 'a list of texts',
  fits: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
}
const records: Shape = {
  words: 'a list of maps of fields',
  fits: (value) => Array.isArray(value) && value.every(isObject),
}
const textOrWhole: Shape = {
  words: 'a whole number or a text',
  fits: (value) => text.fits(value) || whole.fits(value),
}

type Shapes = Readonly<Record<string, Shape>>

const metadataShapes: Shapes = {
  name: text,
  namespace: text,
  uid: text,
  creationTimestamp: text,
  annotations: record,
  labels: record,
}

/** Every field of a Service's spec, as of Kubernetes 1.36 and some older ones: others are misspelt. */
const specShapes: Shapes = {
  allocateLoadBalancerNodePorts: truth,
  clusterIP: text,
  clusterIPs: texts,
  externalIPs: texts,
  externalName: text,
  externalTrafficPolicy: text,
  healthCheckNodePort: whole,
  internalTrafficPolicy: text,
  ipFamilies: texts,
  ipFamilyPolicy: text,
  loadBalancerClass: text,
  loadBalancerIP: text,
  loadBalancerSourceRanges: texts,
  ports: records,
  publishNotReadyAddresses: truth,
  selector: record,
  sessionAffinity: text,
  sessionAffinityConfig: record,
  trafficDistribution: text,
  type: text,
}

const portShapes: Shapes = {
  name: text,
  protocol: text,
  appProtocol: text,
  port: whole,
  targetPort: textOrWhole,
  nodePort: whole,
}

/** Fields that hold null are as good as absent, which is how the API server reads them. */
function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== null && field !== undefined),
  )
}

/**
 * A file may hold anything. Either the Service with every field of the type that we read it as, nulls left out, or
 * what is wrong; nothing behind this point looks at types again.
 */
export function shapeOf(service: ServiceObject): {
  readonly service?: ServiceObject
  readonly problems: readonly Problem[]
} {
  const metadata = tidyMetadata(service.metadata ?? {})
  const spec = withoutNulls(service.spec ?? {})
  if (!isObject(metadata)) return { problems: [wrongType('metadata', record)] }
  if (!isObject(spec)) return { problems: [wrongType('spec', record)] }
  const listed = spec['ports']
  const ports = Array.isArray(listed) ? listed.map(withoutNulls) : undefined
  const problems = [
    ...check('metadata', metadata, metadataShapes),
    ...unquoted(metadata['annotations']),
    ...check('spec', spec, specShapes, 'closed'),
    ...(ports ?? []).flatMap((port, at) =>
      isObject(port) ? check(`spec.ports[${at}]`, port, portShapes, 'closed') : [],
    ),
  ]
  if (problems.length > 0) return { problems }
  const tidy = { ...service, metadata, spec: { ...spec, ...(ports === undefined ? {} : { ports }) } }
  return { service: tidy as unknown as ServiceObject, problems: [] }
}

function tidyMetadata(given: unknown): unknown {
  const metadata = withoutNulls(given)
  if (!isObject(metadata) || !('annotations' in metadata)) return metadata
  return { ...metadata, annotations: withoutNulls(metadata['annotations']) }
}

/** `internal: true` without quotes is the classic: the API server refuses the whole object, with a riddle. */
function unquoted(annotations: unknown): Problem[] {
  if (!isObject(annotations)) return []
  return Object.entries(annotations).flatMap(([key, value]) => {
    if (typeof value === 'string') return []
    const text = JSON.stringify(value)
    return [
      error('LB_ANNOTATION_NOT_TEXT', annotationPath(key), 'the value of an annotation has to be a text', {
        value: text,
        accepted: 'a text in quotes',
        hint: `write it in quotes: ${JSON.stringify(text)}`,
      }),
    ]
  })
}

function check(
  path: string,
  fields: Readonly<Record<string, unknown>>,
  shapes: Shapes,
  closed?: 'closed',
): Problem[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined
    if (shape !== undefined) return shape.fits(value) ? [] : [wrongType(`${path}.${name}`, shape, value)]
    const near = closed === undefined ? undefined : nearest(name, Object.keys(shapes), 2)
    if (near === undefined) return []
    const hint = `did you mean ${near}?`
    return [
      error(
        'LB_FIELD_UNKNOWN',
        `${path}.${name}`,
        `Services have no field ${name} here, so it would be lost`,
        { hint },
      ),
    ]
  })
}

function wrongType(path: string, shape: Shape, value?: unknown): Problem {
  return error('LB_FIELD_TYPE', path, `${path} has to be ${shape.words}`, {
    accepted: shape.words,
    ...(value === undefined ? {} : { value: typeof value === 'string' ? value : JSON.stringify(value) }),
    ...mended(shape, value),
  })
}

/** The two slips whose mend is plain: a number in quotes, one text where a list is wanted. */
function mended({ fits }: Shape, value: unknown): { readonly hint?: string } {
  if (typeof value !== 'string') return {}
  if (/^\d+$/.test(value) && fits(Number(value))) return { hint: `write it without quotes: ${value}` }
  return fits([value]) ? { hint: `write it as a list: [${JSON.stringify(value)}]` } : {}
}
