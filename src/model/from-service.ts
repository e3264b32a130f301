import { readAnnotations } from './annotation-reader.ts'
import type { AnnotationTable } from './annotations.ts'
import type { ServiceCapabilities } from './capabilities.ts'
import type { LoadBalancer, Owner } from './load-balancer.ts'
import type { ServiceObject } from './objects.ts'
import { error, hasError, type Problem } from './problem.ts'
import { familiesOf } from './service-families.ts'
import { portsOf } from './service-ports.ts'
import { rangesOf } from './service-ranges.ts'
import { shapeOf } from './service-shape.ts'
import { addressOf, affinityOf, notesOn, policyOf } from './service-traffic.ts'
import { leaveName, sourceRangeKeys } from './shared-annotations.ts'

export interface FromServiceOptions {
  /** For sentences: which keys have no effect on what. */
  readonly provider: string
  readonly table: AnnotationTable
  readonly can: ServiceCapabilities
  /** `file`: what the API server fills in (uid, nodePort) may be missing. */
  readonly origin: 'file' | 'cluster'
}

/** `lb` is missing exactly when a problem is an error. */
export interface FromService {
  readonly lb?: LoadBalancer
  readonly problems: readonly Problem[]
}

/** Whose the objects of this Service are. A file that no cluster has seen has no uid: its name stands in. */
export function ownerOf(service: ServiceObject): Owner {
  const { name, uid } = service.metadata
  const full = `${service.metadata.namespace ?? 'default'}/${name}`
  return { uid: uid ?? `file:${full}`, name: full }
}

/** What a Service of type LoadBalancer asks for, read whole: every problem is told, not only the first. */
export function fromService(given: ServiceObject, options: FromServiceOptions): FromService {
  const { service, problems: misshapen } = shapeOf(given)
  if (service === undefined) return { problems: misshapen }
  const { metadata, spec = {} } = service
  const unfit = whyNoLoadBalancer(service)
  if (unfit !== undefined) return { problems: [unfit] }

  const ports = portsOf(spec, options)
  const families = familiesOf(spec, options.can)
  const ranges = rangesOf(service, families, options.can)
  const policy = policyOf(spec, options.origin)
  const affinity = affinityOf(spec, options.can)
  const address = addressOf(spec, options.can)
  const read = readAnnotations(options.table, annotationsToRead(metadata.annotations ?? {}), options.provider)
  const problems = [
    ...[ports, families, ranges, policy, affinity, address].flatMap((one) => one.problems),
    ...notesOn(spec),
    ...read.problems,
  ]
  if (hasError(problems)) return { problems }
  const lb: LoadBalancer = {
    owner: ownerOf(service),
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
    created: metadata.creationTimestamp ?? '',
    ports: ports.ports,
    ...policy.fields,
    families: families.families,
    familyPolicy: families.familyPolicy,
    sourceRanges: ranges.ranges,
    ...affinity.fields,
    ...address.fields,
    ...(spec.loadBalancerClass === undefined ? {} : { loadBalancerClass: spec.loadBalancerClass }),
    allocatesNodePorts: spec.allocateLoadBalancerNodePorts !== false,
    ...(spec.trafficDistribution === undefined ? {} : { trafficDistribution: spec.trafficDistribution }),
    allowsOutage: read.settings[leaveName]?.value === true,
    labels: metadata.labels ?? {},
    settings: read.settings,
    keyed: read.keyed,
  }
  return { lb, problems }
}

function whyNoLoadBalancer({ metadata, spec }: ServiceObject): Problem | undefined {
  if ((metadata.name ?? '') === '')
    return error('LB_NAME_MISSING', 'metadata.name', 'the Service has no name')
  const type = spec?.type ?? 'ClusterIP'
  if (type === 'LoadBalancer') return undefined
  const details = { value: type, accepted: 'LoadBalancer' }
  return error(
    'LB_NOT_A_LOAD_BALANCER',
    'spec.type',
    `a Service of type ${type} has no load balancer`,
    details,
  )
}

/** Source ranges are read apart, because the field outranks the annotation. */
const annotationsToRead = (annotations: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => !sourceRangeKeys.includes(key)))
