import { ApiFault, forbidden } from '../fault.ts'
import type { Target, Verb } from './route.ts'

export const unauthorized = () => new ApiFault(401, 'Unauthorized', 'Unauthorized')

/** The 403 of the API server, which says who may not do what where. */
export function denial(verb: Verb, target: Target, user = 'system:anonymous'): ApiFault {
  const { resource, group, namespace, name = '', subresource } = target
  const what = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return forbidden(
    resource,
    name,
    `User "${user}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`,
  )
}
