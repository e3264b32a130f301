/**
 * Compute Engine has no tags on most of these objects: whose they are is JSON in their description. Other controllers
 * write the Service's name only; ours add its uid.
 */
import { isObject, type Json } from '../../src/lib/json.ts'

const gke = 'networking.gke.io'
const legacy = 'kubernetes.io'
const uidField = 'lb-controller.io/service-uid'

interface Described {
  readonly service: string
  readonly uid?: string | undefined
  readonly ip?: string | undefined
  /** Of what several Services share. */
  readonly resource?: string
}

export const describe = ({ service, uid, ip, resource }: Described): string =>
  JSON.stringify({
    [`${gke}/service-name`]: service,
    [`${gke}/api-version`]: 'ga',
    ...(ip === undefined ? {} : { [`${gke}/service-ip`]: ip }),
    ...(resource === undefined ? {} : { [`${gke}/resource-description`]: resource }),
    ...(uid === undefined ? {} : { [uidField]: uid }),
  })

export const sharedBy = (what: string): string =>
  `This resource is shared by all L4 ${what} Services using ExternalTrafficPolicy: Cluster.`

export interface Whose {
  /** `namespace/name`; empty for what the cluster shares. */
  readonly service: string
  readonly uid?: string
  readonly ip?: string
}

/** Whose an object is by its description; undefined when that tells nothing. */
export function whose(description: Json | undefined): Whose | undefined {
  const fields = parsed(description)
  if (fields === undefined) return undefined
  const text = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => fields[key]).find((value) => typeof value === 'string')
  const service =
    text(`${gke}/service-name`, `${legacy}/service-name`) ?? namespaced(fields) ?? clusterOnly(fields)
  const uid = text(uidField)
  const ip = text(`${gke}/service-ip`, `${legacy}/service-ip`)
  if (service === undefined) return undefined
  return { service, ...(uid === undefined ? {} : { uid }), ...(ip === undefined ? {} : { ip }) }
}

const clusterOnly = (fields: Readonly<Record<string, unknown>>): string | undefined =>
  typeof fields[`${legacy}/cluster-id`] === 'string' ? '' : undefined

/** How endpoint groups are described. */
const namespaced = (fields: Readonly<Record<string, unknown>>): string | undefined => {
  const { namespace, 'service-name': name } = fields
  if (typeof namespace === 'string' && typeof name === 'string') return `${namespace}/${name}`
  return typeof fields['cluster-uid'] === 'string' ? '' : undefined
}

function parsed(description: Json | undefined): Readonly<Record<string, unknown>> | undefined {
  if (typeof description !== 'string' || !description.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(description)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
