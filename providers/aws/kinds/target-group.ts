import type { Observed, Resource } from '../../../src/plan/resource.ts'
import type { Changes, Kind, Page, ReadResult } from '../../../src/provider/kind.ts'
import type { Target, TargetGroup } from '../api-elbv2.ts'
import { mayBeOurs } from '../names.ts'
import { writeTags } from '../tags.ts'
import {
  attributesOf,
  attributesToSet,
  cannotChange,
  changed,
  changesUnder,
  type KindDeps,
  merged,
  only,
  orUndefined,
  withSpec,
  text,
  textMap,
  number,
} from './shared.ts'
import { listOurs } from './list-ours.ts'
import { updateTags } from './tag-changes.ts'
import {
  attributesOfNew,
  canonicalTargetGroup,
  healthFields,
  healthInput,
  observedTargetGroup,
  partKey,
  targetGroupForm,
} from './target-group-form.ts'
import { targetHealth } from './target-health.ts'
import { updateTargets } from './update-targets.ts'

export function targetGroupKind(deps: KindDeps): Kind {
  return {
    ...targetGroupForm,
    list: (cursor, signal) => listTargetGroups(deps, cursor, signal),
    read: (seen, signal) => readTargetGroup(deps, { TargetGroupArns: [seen.id] }, signal),
    find: (want, signal) => readTargetGroup(deps, { Names: [text(want.spec, 'Name')] }, signal),
    create: (want, _inside, signal) => createTargetGroup(deps, want, signal),
    update: (seen, want, changes, signal) => updateTargetGroup(deps, seen, want, changes, signal),
    // Registering and deregistering have an allowance of their own, which thousands of groups use up at every node.
    budget: (changes) => ((changes?.parts.length ?? 0) > 0 ? 'targets' : 'elbv2'),
    health: (seen, keys, signal) => targetHealth(deps, seen, keys, signal),
    async delete(seen, signal) {
      await orUndefined(deps.api.call('DeleteTargetGroup', { TargetGroupArn: seen.id }, signal))
      deps.tags.forget(seen.id)
    },
  }
}

const listTargetGroups = (deps: KindDeps, cursor: string | undefined, signal: AbortSignal): Promise<Page> =>
  listOurs(
    deps,
    {
      async ask(page) {
        const answer = await deps.api.call('DescribeTargetGroups', page, signal)
        return { items: answer.TargetGroups ?? [], next: answer.NextMarker }
      },
      mayBe: (one) => mayBeOurs(one.TargetGroupName),
      arnOf: (one) => one.TargetGroupArn,
      observe: observedTargetGroup,
    },
    cursor,
    signal,
  )

async function readTargetGroup(
  deps: KindDeps,
  which: { TargetGroupArns: readonly string[] } | { Names: readonly string[] },
  signal: AbortSignal,
): Promise<ReadResult | undefined> {
  const asOf = deps.clock.now()
  return orUndefined(
    (async () => {
      const page = await deps.api.call('DescribeTargetGroups', which, signal)
      const [wire] = page.TargetGroups ?? []
      return wire === undefined ? undefined : { object: await readDeep(deps, wire, asOf, signal) }
    })(),
  )
}

async function readDeep(
  deps: KindDeps,
  wire: TargetGroup,
  asOf: number,
  signal: AbortSignal,
): Promise<Observed> {
  const { api, clusterUid } = deps
  const { TargetGroupArn } = wire
  const [tags, attributes, health] = await Promise.all([
    deps.tags.read([TargetGroupArn], signal),
    api.call('DescribeTargetGroupAttributes', { TargetGroupArn }, signal),
    api.call('DescribeTargetHealth', { TargetGroupArn }, signal),
  ])
  const described = health.TargetHealthDescriptions ?? []
  const targets = described.flatMap(({ Target: target, TargetHealth: state }): readonly Target[] => {
    // One that drains was deregistered: to have it back it must be registered again.
    if (target?.Id === undefined || state?.State === 'draining') return []
    return [{ ...target, Id: target.Id }]
  })
  return observedTargetGroup(wire, {
    tags: tags.get(TargetGroupArn) ?? {},
    clusterUid,
    asOf,
    attributes: attributesOf(attributes.Attributes),
    targets,
    healthy: described
      .filter((one) => one.TargetHealth?.State === 'healthy')
      .flatMap(({ Target: target }) =>
        target?.Id === undefined ? [] : partKey(wire, target.Id, target.Port),
      ),
  })
}

async function createTargetGroup(deps: KindDeps, want: Resource, signal: AbortSignal): Promise<Observed> {
  const { spec } = want
  const asOf = deps.clock.now()
  const tags = textMap(spec['Tags'], 'Tags')
  const answer = await deps.api.call(
    'CreateTargetGroup',
    {
      Name: text(spec, 'Name'),
      Protocol: text(spec, 'Protocol'),
      Port: number(spec, 'Port'),
      TargetType: text(spec, 'TargetType'),
      ...(spec['IpAddressType'] === undefined ? {} : { IpAddressType: text(spec, 'IpAddressType') }),
      VpcId: text(spec, 'VpcId'),
      ...healthInput(spec),
      Tags: writeTags(tags),
    },
    signal,
  )
  const made = only(answer.TargetGroups, 'elasticloadbalancing:CreateTargetGroup')
  deps.tags.wrote(made.TargetGroupArn, tags)
  return observedTargetGroup(made, {
    tags,
    clusterUid: deps.clusterUid,
    asOf,
    attributes: attributesOfNew(spec),
    targets: [],
    healthy: [],
  })
}

/** One request of those that the changes need, in this order: new targets serve before old ones leave. */
async function updateTargetGroup(
  deps: KindDeps,
  seen: Observed,
  want: Resource,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed> {
  const { api, clock } = deps
  const asOf = clock.now()
  const TargetGroupArn = seen.id
  if (changes.parts.length > 0) return updateTargets(deps, seen, changes.parts, signal)
  if (healthFields.some((field) => changed(changes, field))) {
    const health = healthInput(want.spec)
    await api.call('ModifyTargetGroup', { TargetGroupArn, ...health }, signal)
    const after = withSpec(seen, asOf, { ...health })
    return { ...after, spec: canonicalTargetGroup(after.spec) }
  }
  const attributes = changesUnder(changes, 'Attributes')
  if (attributes.size > 0) {
    const Attributes = attributesToSet(attributes)
    if (Attributes.length > 0)
      await api.call('ModifyTargetGroupAttributes', { TargetGroupArn, Attributes }, signal)
    return withSpec(seen, asOf, { Attributes: merged(seen.spec['Attributes'], attributes) })
  }
  const tagged = await updateTags(deps, seen, changes, signal)
  if (tagged !== undefined) return tagged
  throw cannotChange(seen, changes, 'elasticloadbalancing:ModifyTargetGroup')
}
