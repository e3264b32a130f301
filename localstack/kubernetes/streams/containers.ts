import { badRequest } from '../fault.ts'
import { fieldAt, type AnyObject } from '../object.ts'

const namesIn = (pod: AnyObject, field: string) =>
  ((fieldAt(pod, field) ?? []) as readonly { readonly name: string }[]).map(({ name }) => name)

/** The container that a request means; throws 400 when the pod has none of that name, or several and none is named. */
export function containerOf(pod: AnyObject, asked: string | undefined): string {
  const { name, annotations } = pod.metadata
  const own = namesIn(pod, 'spec.containers')
  const usual = annotations?.['kubectl.kubernetes.io/default-container']
  const wanted = asked || (own.length === 1 ? own[0] : usual)
  if (wanted === undefined)
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${own.join(' ')}]`)
  const all = [...own, ...namesIn(pod, 'spec.initContainers'), ...namesIn(pod, 'spec.ephemeralContainers')]
  if (!all.includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${name}`)
  return wanted
}
