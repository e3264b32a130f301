import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Resource } from '../../../src/plan/resource.ts'
import type { Kind, Page, ReadResult } from '../../../src/provider/kind.ts'
import type { ClassicLoadBalancer } from '../api-elb.ts'
import { type KindDeps, only, orUndefined, text, textMap, texts } from '../kinds/shared.ts'
import { type AsksTags, TagReader } from '../kinds/tag-reader.ts'
import { readTags, type Tags, writeTags } from '../tags.ts'
import type { AwsApi } from '../api.ts'
import { attributeDefaults, classicForm, observedClassic } from './form.ts'
import { endsTls, instanceKey, listenerInput, listenersIn } from './listeners.ts'
import { standardTlsPolicy } from './policies.ts'
import { updateClassic } from './update.ts'

/** Classic Load Balancers are known by name, by their tags too. */
export function classicLoadBalancerKind(shared: KindDeps): Kind {
  const deps = { ...shared, tags: new TagReader(shared.api, tagsByName(shared.api)) }
  return {
    ...classicForm,
    list: (cursor, signal) => list(deps, cursor, signal),
    read: (seen, signal) => read(deps, seen.id, signal),
    find: (want, signal) => read(deps, text(want.spec, 'LoadBalancerName'), signal),
    create: (want, _inside, signal) => create(deps, want, signal),
    budget: () => 'elb',
    update: (seen, want, changes, signal) => updateClassic(deps, { seen, want, changes, signal }),
    async delete(seen, signal) {
      await orUndefined(deps.api.call('elb:DeleteLoadBalancer', { LoadBalancerName: seen.id }, signal))
      deps.tags.forget(seen.id)
    },
  }
}

const tagsByName =
  (api: AwsApi): AsksTags =>
  async (LoadBalancerNames, signal) => {
    const answer = await api.call('elb:DescribeTags', { LoadBalancerNames }, signal)
    return (answer.TagDescriptions ?? []).map((one) => [one.LoadBalancerName ?? '', readTags(one.Tags)])
  }

/** What calls told of one load balancer, as one description of it. */
const described = (wire: ClassicLoadBalancer, tags: Tags, more: JsonObject = {}): JsonObject => ({
  ...(wire as JsonObject),
  Tags: writeTags(tags) as unknown as readonly JsonObject[],
  ...more,
})

/** Any name may be ours, since users choose names: tags are asked for all that are new. */
async function list(deps: KindDeps, cursor: string | undefined, signal: AbortSignal): Promise<Page> {
  const asOf = deps.clock.now()
  const page = { PageSize: 400, ...(cursor === undefined ? {} : { Marker: cursor }) }
  const answer = await deps.api.call('elb:DescribeLoadBalancers', page, signal)
  const found = answer.LoadBalancerDescriptions ?? []
  const tags = await deps.tags.listed(
    found.map((one) => one.LoadBalancerName ?? ''),
    signal,
  )
  const items = found
    .map((one) => {
      const name = one.LoadBalancerName ?? ''
      return { ...observedClassic(name, described(one, tags.get(name) ?? {}), deps.clusterUid), asOf }
    })
    .filter((item) => item.owners.length > 0)
  return { items, ...(answer.NextMarker === undefined ? {} : { next: answer.NextMarker }) }
}

async function read(deps: KindDeps, name: string, signal: AbortSignal): Promise<ReadResult | undefined> {
  const { api, clock } = deps
  const asOf = clock.now()
  const one = { LoadBalancerName: name }
  return orUndefined(
    (async () => {
      const answer = await api.call('elb:DescribeLoadBalancers', { LoadBalancerNames: [name] }, signal)
      const wire = only(answer.LoadBalancerDescriptions, 'elasticloadbalancing:DescribeLoadBalancers')
      const [tags, { LoadBalancerAttributes = {} }, { InstanceStates = [] }] = await Promise.all([
        deps.tags.read([name], signal),
        api.call('elb:DescribeLoadBalancerAttributes', one, signal),
        api.call('elb:DescribeInstanceHealth', one, signal),
      ])
      const body = described(wire, tags.get(name) ?? {}, {
        LoadBalancerAttributes: LoadBalancerAttributes as JsonObject,
      })
      const healthy = InstanceStates.filter(({ State }) => State === 'InService').map(({ InstanceId = '' }) =>
        instanceKey(InstanceId),
      )
      const object = observedClassic(name, body, deps.clusterUid)
      return { object: { ...object, asOf, serving: healthy.length > 0, healthy } }
    })(),
  )
}

/** Its health check and nodes come after: until a node is registered, nothing is sent anywhere. */
async function create(deps: KindDeps, want: Resource, signal: AbortSignal): Promise<Observed> {
  const { spec } = want
  const asOf = deps.clock.now()
  const name = text(spec, 'LoadBalancerName')
  const tags = textMap(spec['Tags'], 'Tags')
  const wanted = listenersIn(want.parts ?? {})
  const listeners = wanted.map(listenerInput)
  const [first] = listeners
  const place = { Subnets: texts(spec, 'Subnets'), SecurityGroups: texts(spec, 'SecurityGroups') }
  const { DNSName = '' } = await deps.api.call(
    'elb:CreateLoadBalancer',
    {
      LoadBalancerName: name,
      Listeners: listeners,
      ...place,
      ...(spec['Scheme'] === 'internal' ? { Scheme: 'internal' } : {}),
      Tags: writeTags(tags),
    },
    signal,
  )
  deps.tags.wrote(name, tags)
  const made: ClassicLoadBalancer = {
    DNSName,
    Scheme: text(spec, 'Scheme'),
    ...place,
    ListenerDescriptions: listeners.map((Listener) => ({ Listener })),
    Policies: { OtherPolicies: wanted.some(endsTls) ? [standardTlsPolicy] : [] },
    HealthCheck: {
      Target: `TCP:${first?.InstancePort ?? 0}`,
      Interval: 30,
      Timeout: 5,
      HealthyThreshold: 10,
      UnhealthyThreshold: 2,
    },
  }
  const body = described(made, tags, { LoadBalancerAttributes: attributeDefaults })
  return { ...observedClassic(name, body, deps.clusterUid), asOf, serving: false }
}
