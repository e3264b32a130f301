import { isObject } from '../../../src/lib/json.ts'
import { badRequest } from '../fault.ts'
import { bodyOf, send, type Exchange } from './exchange.ts'
import type { Mishaps } from './mishaps.ts'
import { findResource } from '../resource.ts'
import type { Verb } from './route.ts'

const path = /^\/apis\/authorization\.k8s\.io\/v1\/(?:self)?subjectaccessreviews$/

export const isReview = ({ request, url }: Exchange): boolean =>
  request.method === 'POST' && path.test(url.pathname)

/** Whether a request like that would be let through. There is one user here, so both kinds of review say the same. */
export async function reviewAccess(exchange: Exchange, mishaps: Mishaps): Promise<void> {
  const review = await bodyOf(exchange.request)
  const spec = isObject(review) && isObject(review['spec']) ? review['spec'] : {}
  const asked = spec['resourceAttributes']
  if (!isObject(review) || !isObject(asked))
    throw badRequest('spec.resourceAttributes: exactly one of it and nonResourceAttributes is needed')
  const text = (field: string): string | undefined => {
    const value = asked[field]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const group = text('group') ?? ''
  const version = 'v1'
  const resource = findResource(group, version, text('resource') ?? '')
  const target = {
    group,
    version,
    namespace: text('namespace'),
    name: text('name'),
    subresource: text('subresource'),
  }
  const allowed =
    resource === undefined || !mishaps.denies((text('verb') ?? '') as Verb, { ...target, resource })
  send(exchange.response, 201, {
    ...review,
    metadata: { creationTimestamp: null },
    status: { allowed, ...(allowed ? { reason: 'everybody may do everything here' } : {}) },
  })
}
