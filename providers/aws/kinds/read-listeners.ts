import type { Observed, Owner } from '../../../src/plan/resource.ts'
import type { ProviderError } from '../../../src/provider/errors.ts'
import type { ReadResult } from '../../../src/provider/kind.ts'
import type { Listener } from '../api-elbv2.ts'
import { pagesByMarker } from '../pages.ts'
import { hasAttributes, observedListener, ofTls } from './listener-form.ts'
import { notYet } from './new-listeners.ts'
import { attributesOf, type KindDeps, isNotFound } from './shared.ts'

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
  try {
    return await observedAll(deps, listeners, parent, asOf, signal)
  } catch (error) {
    // One that came or went while we looked: that it is not found says nothing of its load balancer.
    throw isNotFound(error) ? notYet(error as ProviderError) : error
  }
}

/** Throws when there is none. */
export async function readListener(
  deps: KindDeps,
  seen: Observed,
  signal: AbortSignal,
): Promise<ReadResult | undefined> {
  const asOf = deps.clock.now()
  const parent = { owners: seen.owners, stack: seen.stack, key: seen.within?.key ?? '' }
  const answer = await deps.api.call('DescribeListeners', { ListenerArns: [seen.id] }, signal)
  const [object] = await observedAll(deps, answer.Listeners ?? [], parent, asOf, signal)
  return object === undefined ? undefined : { object }
}

async function observedAll(
  deps: KindDeps,
  listeners: readonly Listener[],
  parent: Parent,
  asOf: number,
  signal: AbortSignal,
): Promise<readonly Observed[]> {
  if (listeners.length === 0) return []
  const tags = await deps.tags.read(
    listeners.map((listener) => listener.ListenerArn),
    signal,
  )
  const observed: Observed[] = []
  for (const listener of listeners)
    observed.push(
      observedListener(listener, {
        ...(await moreOf(deps, listener, signal)),
        tags: tags.get(listener.ListenerArn) ?? {},
        parent,
        asOf,
      }),
    )
  return observed
}

/** What other calls tell of a listener. Most have only some of it. */
async function moreOf(deps: KindDeps, listener: Listener, signal: AbortSignal) {
  const { ListenerArn, Protocol = '' } = listener
  const attributes = hasAttributes({ Protocol })
    ? (await deps.api.call('DescribeListenerAttributes', { ListenerArn }, signal)).Attributes
    : undefined
  const more = ofTls(Protocol) ? await moreCertificates(deps, ListenerArn, signal) : []
  return { attributes: attributesOf(attributes), more }
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
