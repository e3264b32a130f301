import type { ServiceObject } from './objects.ts'

/** Upstream's name, kept so that `kubectl`, tests and a later hand-over find what they know. */
export const finalizer = 'service.kubernetes.io/load-balancer-cleanup'

/** What we applied last, and by being there the mark of what we claimed: written in one patch with the finalizer. */
export const acceptedAnnotation = 'lb-controller.io/accepted'

export interface ClaimContext {
  /** The class that is ours. Services without a class are ours besides. */
  readonly loadBalancerClass?: string
  /** Take over what another controller seems to serve. */
  readonly adopt: boolean
  /** Cloud objects with our tags exist for this Service's uid. */
  readonly ownsObjects: boolean
  readonly foreignFinalizers: readonly string[]
}

/** From whom this Service is being taken over: the mark says so until that is done, and nobody works on it. */
export function adoptedFrom({ metadata }: ServiceObject): string | undefined {
  const text = metadata.annotations?.[acceptedAnnotation]
  if (text?.includes('"adopting"') !== true) return undefined
  try {
    const { adopting } = JSON.parse(text) as { adopting?: unknown }
    return typeof adopting === 'string' ? adopting : undefined
  } catch {
    return undefined
  }
}

export type Claim =
  | { readonly is: 'ours'; readonly why: string }
  /** `foreign`: what was seen of another controller. */
  | { readonly is: 'not-ours'; readonly why: string; readonly foreign?: string; readonly mend?: string }
  /** Ours once, and no more: everything we made for it goes. */
  | { readonly is: 'release'; readonly why: string }

const ours = (why: string): Claim => ({ is: 'ours', why })
const notOurs = (why: string, foreign?: string): Claim =>
  foreign === undefined ? { is: 'not-ours', why } : { is: 'not-ours', why, foreign }

/**
 * Whose a Service is. What we claimed carries our mark or has objects with our tags; a finalizer or an address alone
 * proves nothing, because every controller of this kind writes those.
 */
export function claim(service: ServiceObject, context: ClaimContext): Claim {
  const { metadata, spec } = service
  const claimed = context.ownsObjects || metadata.annotations?.[acceptedAnnotation] !== undefined
  const release = (why: string): Claim =>
    claimed ? { is: 'release', why } : notOurs(why, sharedFinalizer(service))
  const from = adoptedFrom(service)
  if (from !== undefined)
    return {
      is: 'not-ours',
      why: 'it is being taken over',
      foreign: `lb-controller adopt --from ${from} was begun and not finished`,
      mend: 'Nothing is done for it until that command was run again',
    }
  const type = spec?.type ?? 'ClusterIP'
  const wanted = spec?.loadBalancerClass

  if (metadata.deletionTimestamp !== undefined) return release('the Service is being deleted')
  if (type !== 'LoadBalancer') return release(`the Service is of type ${type}`)
  if (wanted !== undefined && wanted !== '') {
    if (wanted === context.loadBalancerClass) return ours(`spec.loadBalancerClass is ours: ${wanted}`)
    return release(`spec.loadBalancerClass ${wanted} is served by another controller`)
  }
  if (claimed) return ours('we serve it already')
  const foreign = signsOfAnother(service, context.foreignFinalizers)
  if (foreign === undefined) return ours('a Service of type LoadBalancer without a class')
  if (context.adopt) return ours(`taken over, though ${foreign}`)
  return notOurs('another controller seems to serve it', foreign)
}

/** What another controller left on a Service that we never claimed. */
function signsOfAnother(
  { metadata, status }: ServiceObject,
  foreignFinalizers: readonly string[],
): string | undefined {
  const theirs = (metadata.finalizers ?? []).find((one) => foreignFinalizers.includes(one))
  if (theirs !== undefined) return `it carries the finalizer ${theirs}`
  const shared = sharedFinalizer({ metadata })
  if (shared !== undefined) return shared
  const entry = status?.loadBalancer?.ingress?.[0]
  if (entry === undefined) return undefined
  return `its status has the address ${entry.hostname ?? entry.ip ?? '(none)'}, and not by us`
}

/** On a Service that we never claimed, the finalizer that all share is another controller's, or left by one that is gone. */
const sharedFinalizer = ({ metadata }: ServiceObject): string | undefined =>
  metadata.finalizers?.includes(finalizer) === true
    ? `it carries the finalizer ${finalizer}, and not by us`
    : undefined
