import type { Observed, Owner } from '../../../src/plan/resource.ts'
import type { ReadResult } from '../../../src/provider/kind.ts'
import type { Listener } from '../api-elbv2.ts'
import { pagesByMarker } from '../pages.ts'
import { observedListener, ofTls } from './listener-form.ts'
import { type KindDeps, orUndefined } from './shared.ts'

interface Parent {
  readonly owners: readonly Owner[]
  readonly stack: string
  readonly key: string
}

/** All listeners of a load balancer, with their tags and all their certificates. */
export async function readListeners(
  deps: KindDeps,
  loadBalancerArn: string,
  parent: Parent,
  signal: AbortSignal,
): Promise<readonly Observed[]> {
  const asOf = deps.clock.now()
  const listeners = await pagesByMarker(async (page) => {
    const input = { LoadBalancerArn: loadBalancerArn, PageSize: 400, ...page }
    const answer = await deps.api.call('DescribeListeners', input, signal)
    return { items: answer.Listeners ?? [], next: answer.NextMarker }
  })
  return observedAll(deps, listeners, parent, asOf, signal)
}

export async function readListener(
  deps: KindDeps,
  seen: Observed,
  signal: AbortSignal,
): Promise<ReadResult | undefined> {
  const asOf = deps.clock.now()
  const parent = { owners: seen.owners, stack: seen.stack, key: seen.within?.key ?? '' }
  const input = { ListenerArns: [seen.id] }
  return orUndefined(
    (async () => {
      const answer = await deps.api.call('DescribeListeners', input, signal)
      const [object] = await observedAll(deps, answer.Listeners ?? [], parent, asOf, signal)
      return object === undefined ? undefined : { object }
    })(),
  )
}

async function observedAll(
  deps: KindDeps,
  listeners: readonly Listener[],
  parent: Parent,
  asOf: number,
  signal: AbortSignal,
): Promise<readonly Observed[]> {
  const arns = listeners.map((listener) => listener.ListenerArn)
  const tags = arns.length === 0 ? new Map() : await deps.tags.read(arns, signal)
  const observed: Observed[] = []
  for (const listener of listeners) {
    const more = ofTls(listener.Protocol) ? await moreCertificates(deps, listener.ListenerArn, signal) : []
    observed.push(observedListener(listener, more, tags.get(listener.ListenerArn) ?? {}, parent, asOf))
  }
  return observed
}

async function moreCertificates(
  { api }: KindDeps,
  ListenerArn: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const all = await pagesByMarker(async (page) => {
    const answer = await api.call(
      'DescribeListenerCertificates',
      { ListenerArn, PageSize: 400, ...page },
      signal,
    )
    return { items: answer.Certificates ?? [], next: answer.NextMarker }
  })
  return all.flatMap((one) => (one.IsDefault === true ? [] : (one.CertificateArn ?? [])))
}
