import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { type Problem, warning } from '../../src/model/problem.ts'
import type { GcpSettings } from './annotations.ts'
import type { GcpConfig } from './config.ts'

export type Scheme = 'external' | 'internal'

const gke = 'networking.gke.io/'
export const standaloneClass = `${gke}standalone-passthrough-lb-neg`

const classes: Readonly<Record<string, Scheme>> = {
  [`${gke}l4-regional-external`]: 'external',
  [`${gke}l4-regional-external-legacy`]: 'external',
  [`${gke}l4-regional-internal`]: 'internal',
  [`${gke}l4-regional-internal-legacy`]: 'internal',
}

/** Values of `spec.loadBalancerClass` of the controllers for GCP. */
export const gcpClasses: readonly string[] = [...Object.keys(classes), standaloneClass]

interface SchemeRead {
  readonly scheme: Scheme
  /** Where the user wrote it. */
  readonly path?: string
  readonly problems: readonly Problem[]
}

/** The class outranks the annotations, and of those the one that is present first counts alone. */
export function schemeOf(lb: LoadBalancer, settings: GcpSettings, config: GcpConfig): SchemeRead {
  const type = settings.type ?? settings.legacyType
  const asked = type === undefined ? undefined : type.value === 'Internal' ? 'internal' : 'external'
  const byClass = classes[lb.loadBalancerClass ?? '']
  if (byClass === undefined)
    return type === undefined || asked === undefined
      ? { scheme: config.defaultScheme, problems: [] }
      : { scheme: asked, path: type.path, problems: [] }
  const contradicted = type !== undefined && asked !== byClass
  const problems = contradicted
    ? [
        warning(
          'LB_GCP_CLASS_CONFLICT',
          type.path,
          `the class ${lb.loadBalancerClass ?? ''} asks for an ${byClass} load balancer, and outranks this annotation`,
          {
            value: type.raw,
            accepted: byClass === 'internal' ? 'Internal' : 'External',
            hint: `remove ${type.key}`,
          },
        ),
      ]
    : []
  return { scheme: byClass, path: 'spec.loadBalancerClass', problems }
}
