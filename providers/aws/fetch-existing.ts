/**
 * What exists of this cluster, as AWS itself describes it, with what other answers tell of it beside: the section
 * `existing` of a facts file, which `kinds/described.ts` reads.
 */
import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { AwsApi } from './api.ts'
import type { Listener } from './api-elbv2.ts'
import { hasAttributes, ofTls } from './kinds/listener-form.ts'
import { TagReader } from './kinds/tag-reader.ts'
import { chunks, filterLimit, pagesByMarker, pagesByToken } from './pages.ts'
import { clusterTag, readTags, type Tags, writeTags } from './tags.ts'

export async function fetchExisting(
  api: AwsApi,
  clusterUid: string | undefined,
  signal: AbortSignal,
): Promise<JsonObject> {
  if (clusterUid === undefined) return {}
  const tags = new TagReader(api)
  const ours = async <T>(items: readonly T[], arnOf: (item: T) => string): Promise<readonly Tagged<T>[]> => {
    const known = await tags.listed(items.map(arnOf), signal)
    const all = items.map((item) => ({ item, tags: known.get(arnOf(item)) ?? {} }))
    return all.filter((one) => one.tags[clusterTag] === clusterUid)
  }
  const balancers = await ours(
    await pagesByMarker(async (page) => {
      const answer = await api.call('DescribeLoadBalancers', { PageSize: 400, ...page }, signal)
      return { items: answer.LoadBalancers ?? [], next: answer.NextMarker }
    }),
    ({ LoadBalancerArn }) => LoadBalancerArn,
  )
  const targets = await ours(
    await pagesByMarker(async (page) => {
      const answer = await api.call('DescribeTargetGroups', { PageSize: 400, ...page }, signal)
      return { items: answer.TargetGroups ?? [], next: answer.NextMarker }
    }),
    ({ TargetGroupArn }) => TargetGroupArn,
  )
  const bodies: Record<string, readonly Json[]> = {
    'load-balancer': await oneByOne(balancers, async ({ item, tags: own }) => {
      const { LoadBalancerArn } = item
      const { Attributes = [] } = await api.call(
        'DescribeLoadBalancerAttributes',
        { LoadBalancerArn },
        signal,
      )
      const Listeners = await listenersOf(api, tags, LoadBalancerArn, signal)
      return { ...item, Tags: writeTags(own), Attributes, Listeners }
    }),
    'target-group': await oneByOne(targets, async ({ item, tags: own }) => {
      const { TargetGroupArn } = item
      const { Attributes = [] } = await api.call('DescribeTargetGroupAttributes', { TargetGroupArn }, signal)
      const health = await api.call('DescribeTargetHealth', { TargetGroupArn }, signal)
      const Targets = (health.TargetHealthDescriptions ?? []).flatMap(({ Target, TargetHealth }) =>
        TargetHealth?.State === 'draining' ? [] : (Target ?? []),
      )
      return { ...item, Tags: writeTags(own), Attributes, Targets }
    }),
    'security-group': await groups(api, clusterUid, signal),
  }
  return Object.fromEntries(Object.entries(bodies).filter(([, all]) => all.length > 0))
}

interface Tagged<T> {
  readonly item: T
  readonly tags: Tags
}

/** One after the other: this is no hurry, and a controller may be working in the same account. */
async function oneByOne<T>(
  items: readonly T[],
  describe: (item: T) => Promise<object>,
): Promise<readonly Json[]> {
  const all: Json[] = []
  for (const item of items) all.push((await describe(item)) as JsonObject)
  return all
}

async function listenersOf(
  api: AwsApi,
  tags: TagReader,
  LoadBalancerArn: string,
  signal: AbortSignal,
): Promise<readonly Json[]> {
  const listeners = await pagesByMarker(async (page) => {
    const answer = await api.call('DescribeListeners', { LoadBalancerArn, PageSize: 400, ...page }, signal)
    return { items: answer.Listeners ?? [], next: answer.NextMarker }
  })
  const known = await tags.read(
    listeners.map(({ ListenerArn }) => ListenerArn),
    signal,
  )
  return oneByOne(listeners, async (listener) => {
    const { ListenerArn, Protocol = '' } = listener
    const attributes = hasAttributes({ Protocol })
      ? await api.call('DescribeListenerAttributes', { ListenerArn }, signal)
      : {}
    return {
      ...listener,
      ...(ofTls(Protocol) ? { Certificates: await certificates(api, listener, signal) } : {}),
      Tags: writeTags(known.get(ListenerArn) ?? {}),
      Attributes: attributes.Attributes ?? [],
    }
  })
}

/** The default one first, then all others, which the listener itself does not name. */
async function certificates(
  api: AwsApi,
  { ListenerArn, Certificates = [] }: Listener,
  signal: AbortSignal,
): Promise<readonly object[]> {
  const all = await pagesByMarker(async (page) => {
    const answer = await api.call('DescribeListenerCertificates', { ListenerArn, ...page }, signal)
    return { items: answer.Certificates ?? [], next: answer.NextMarker }
  })
  const more = all.filter(({ IsDefault }) => IsDefault !== true)
  return [...Certificates, ...more.map(({ CertificateArn }) => ({ CertificateArn }))]
}

/** Groups of ours, and those of others that hold rules of ours, each with all its rules. */
async function groups(api: AwsApi, clusterUid: string, signal: AbortSignal): Promise<readonly Json[]> {
  const Filters = [{ Name: `tag:${clusterTag}`, Values: [clusterUid] }]
  const found = async (filters: typeof Filters) =>
    pagesByToken(async (page) => {
      const answer = await api.call('DescribeSecurityGroups', { Filters: filters, ...page }, signal)
      return { items: answer.SecurityGroups ?? [], next: answer.NextToken }
    })
  const rulesWhere = async (filters: typeof Filters) =>
    pagesByToken(async (page) => {
      const answer = await api.call('DescribeSecurityGroupRules', { Filters: filters, ...page }, signal)
      return { items: answer.SecurityGroupRules ?? [], next: answer.NextToken }
    })
  const ids = new Set((await found(Filters)).map(({ GroupId }) => GroupId))
  for (const { GroupId } of await rulesWhere(Filters)) ids.add(GroupId)
  const all: Json[] = []
  for (const Values of chunks([...ids].toSorted(), filterLimit)) {
    const rules = Map.groupBy(
      await rulesWhere([{ Name: 'group-id', Values: [...Values] }]),
      ({ GroupId }) => GroupId,
    )
    for (const group of await found([{ Name: 'group-id', Values: [...Values] }]))
      all.push({
        ...(group as unknown as JsonObject),
        Tags: writeTags(readTags(group.Tags)) as unknown as Json,
        Rules: (rules.get(group.GroupId) ?? []) as unknown as Json,
      })
  }
  return all
}
