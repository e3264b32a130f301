import { equal } from '../../../src/lib/json.ts'
import type { KubeObject, ServiceObject } from '../../../src/model/objects.ts'
import { matchesLabels } from '../apps/selector.ts'
import type { ClusterState } from '../state.ts'
import type { PodObject } from '../workload-objects.ts'
import { follow, keyOf } from './follow.ts'
import { ObjectIndex } from './object-index.ts'

const term = (namespace: string, key: string, value: string) => `${namespace} ${key}=${value}`

const byLabels = ({ metadata: { namespace = 'default', labels = {} } }: KubeObject): readonly string[] =>
  Object.entries(labels).map(([key, value]) => term(namespace, key, value))

/** The first label that a Service asks for: whoever it selects has it. */
function bySelector({ metadata: { namespace = 'default' }, spec }: ServiceObject): readonly string[] {
  const [first] = Object.entries(spec?.selector ?? {})
  return first === undefined ? [] : [term(namespace, ...first)]
}

/** Which pods are a Service's, and which Services are a pod's, without going through all of either. */
export class ServicePods {
  readonly #state: ClusterState
  readonly #services: ObjectIndex<'services'>
  readonly #pods: ObjectIndex<'pods'>
  readonly #labels = new Map<string, KubeObject['metadata']['labels']>()

  constructor(state: ClusterState) {
    this.#state = state
    this.#services = new ObjectIndex(state, 'services', bySelector)
    this.#pods = new ObjectIndex(state, 'pods', byLabels)
  }

  /** Tells the key of each Service, and again whenever it or a pod that it selects, or selected, has changed. */
  start(signal: AbortSignal, tell: (service: string) => void): void {
    this.#services.start(signal)
    this.#pods.start(signal)
    follow(this.#state, 'services', signal, (service) => tell(keyOf(service)))
    follow(this.#state, 'pods', signal, (pod, gone) => {
      const key = keyOf(pod)
      const before = this.#labels.get(key)
      if (gone) this.#labels.delete(key)
      else this.#labels.set(key, pod.metadata.labels)
      if (before !== undefined && !equal(before, pod.metadata.labels))
        this.#tellOf({ ...pod, metadata: { ...pod.metadata, labels: before } }, tell)
      this.#tellOf(pod, tell)
    })
  }

  /** All pods that a Service selects, and maybe some that it does not. */
  near(service: ServiceObject): readonly PodObject[] {
    return bySelector(service).flatMap((one) => this.#pods.of(one) as readonly PodObject[])
  }

  #tellOf(pod: KubeObject, tell: (service: string) => void): void {
    for (const service of byLabels(pod).flatMap((one) => this.#services.of(one)))
      if (matchesLabels(service.spec?.selector ?? {}, pod.metadata.labels ?? {})) tell(keyOf(service))
  }
}
