/**
 * How clients get in: which groups the load balancer is in, and what the groups of the nodes let in.
 *
 *   style       given groups   the load balancer is in         nodes let in
 *   nodes       none           no group                        clients, by range
 *   nodes       given          those                           clients, by range
 *   controller  none           its own, and the shared one     the shared group, or its own where there is no shared one
 *   controller  given          those (and the shared one)      nothing (the shared group)
 *   controller  switched off   no group                        clients, by range (nothing, if told so)
 */
import type { Json } from '../../src/lib/json.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { ref, type Resource } from '../../src/plan/resource.ts'
import { backendGroup } from './desired-backend-group.ts'
import { frontendGroup } from './desired-frontend-group.ts'
import { groupsNamed } from './groups-named.ts'
import { guarded } from './layout.ts'
import { prefixListProblems, tooManyRules } from './prefix-lists.ts'
import type { Wish } from './wish.ts'

export interface Access {
  /** Of the load balancer; undefined means none at all. */
  readonly groups?: readonly Json[]
  /** Groups that are made. */
  readonly resources: readonly Resource[]
  readonly nodes: 'clients' | 'nothing' | Peer
  readonly origins: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

/** A group that the nodes let in. */
export interface Peer {
  /** For the rule's key, until its id is known. */
  readonly name: string
  readonly value: Json
}

export function accessFor(wish: Wish): Access {
  const problems = [...contradictions(wish), ...unheard(wish), ...prefixListProblems(wish)]
  const { settings, layout } = wish
  const named = settings.securityGroups
  const origins: Record<string, string> = {}
  const origin = named ?? settings.extraSecurityGroups
  if (origin !== undefined) origins['SecurityGroups'] = origin.path
  const given = groupsNamed(wish, named)
  const extra = groupsNamed(wish, settings.extraSecurityGroups)
  problems.push(...given.problems, ...extra.problems)
  const base = { origins, problems, resources: [] }
  if (layout.style === 'nodes')
    return named === undefined
      ? { ...base, nodes: 'clients' }
      : { ...base, groups: given.groups, nodes: 'clients' }
  if (!guarded(wish))
    return { ...base, nodes: settings.manageBackendRules?.value === false ? 'nothing' : 'clients' }
  if (named === undefined) return withOwnGroup(wish, base, extra.groups)
  const manages = settings.manageBackendRules?.value ?? wish.config.manageBackendRules
  const all = [...given.groups, ...extra.groups]
  if (!manages) return { ...base, groups: all, nodes: 'nothing' }
  const shared = backendGroup(wish)
  return {
    ...base,
    groups: [...all, shared.peer.value],
    resources: shared.resources,
    nodes: shared.peer,
  }
}

function withOwnGroup(
  wish: Wish,
  base: Pick<Access, 'origins'> & { readonly problems: Problem[] },
  extra: readonly Json[],
): Access {
  const own = frontendGroup(wish)
  const id = ref(own, 'id')
  base.problems.push(...tooManyRules(wish, own.parts ?? {}))
  if (wish.config.backendGroup === 'none')
    return {
      ...base,
      groups: [id, ...extra],
      resources: [own],
      nodes: { name: `${wish.share.stack}/${own.key}`, value: id },
    }
  const shared = backendGroup(wish)
  return {
    ...base,
    groups: [id, ...extra, shared.peer.value],
    resources: [own, ...shared.resources],
    nodes: shared.peer,
  }
}

function contradictions(wish: Wish): readonly Problem[] {
  const { securityGroups, extraSecurityGroups, noSecurityGroup, prefixLists, manageBackendRules } =
    wish.settings
  const problems: Problem[] = []
  const without = noSecurityGroup?.value === true ? noSecurityGroup : undefined
  for (const setting of [securityGroups, extraSecurityGroups])
    if (without !== undefined && setting !== undefined)
      problems.push(
        error('LB_ANNOTATION_CONFLICT', setting.path, `${without.key} asks for no security group at all`, {
          value: setting.raw,
          hint: `remove ${setting.key} or ${without.key}`,
        }),
      )
  if (wish.layout.style === 'nodes' && extraSecurityGroups !== undefined)
    problems.push(
      error(
        'LB_AWS_NOT_OF_KIND',
        extraSecurityGroups.path,
        'a network load balancer of type nlb has no security group of its own that these could stand beside',
        {
          value: extraSecurityGroups.raw,
          hint: 'set aws-load-balancer-type: external, or name all its groups in aws-load-balancer-security-groups',
        },
      ),
    )
  if (
    manageBackendRules?.value === true &&
    securityGroups !== undefined &&
    wish.layout.style === 'controller' &&
    wish.config.backendGroup === 'none'
  )
    problems.push(
      error(
        'LB_BACKEND_GROUP',
        manageBackendRules.path,
        'rules on the nodes need the shared group, which the configuration switches off',
        { value: manageBackendRules.raw, hint: 'set aws.backendGroup: shared' },
      ),
    )
  if (without !== undefined && prefixLists !== undefined && wish.layout.style === 'controller')
    problems.push(
      warning(
        'LB_AWS_NO_EFFECT',
        without.path,
        'prefix lists are let in by rules on the nodes, where each counts for as many rules as it may have entries',
        { value: without.raw },
      ),
    )
  return problems
}

/** What is said of groups that the load balancer does not have. */
function unheard(wish: Wish): readonly Problem[] {
  const { settings, lb, layout } = wish
  const { securityGroups, privateLinkRules, pathMtuDiscovery, prefixLists, manageBackendRules } = settings
  const ofNodes = layout.style === 'nodes'
  const none = !guarded(wish)
  const problems: Problem[] = []
  const tell = (setting: typeof privateLinkRules | typeof manageBackendRules, message: string): void => {
    if (setting !== undefined)
      problems.push(warning('LB_AWS_NO_EFFECT', setting.path, message, { value: setting.raw }))
  }
  if (none) tell(privateLinkRules, 'the load balancer has no security group')
  if (pathMtuDiscovery?.value === 'on' && none && !ofNodes)
    tell(pathMtuDiscovery, 'the load balancer has no security group')
  if (pathMtuDiscovery?.value === 'off' && ofNodes)
    tell(pathMtuDiscovery, 'the nodes always let the messages of path MTU discovery in')
  if (securityGroups === undefined && manageBackendRules?.value === false && (ofNodes || !none))
    tell(manageBackendRules, 'rules on the nodes are always managed for load balancers without given groups')
  if (manageBackendRules?.value === true && (ofNodes || none))
    tell(manageBackendRules, 'the groups of the nodes let clients in themselves here')
  if (none && !ofNodes && manageBackendRules?.value === false)
    for (const { path, cidr } of lb.sourceRanges)
      problems.push(
        warning('LB_AWS_NO_EFFECT', path, 'rules of the nodes that are not ours decide who may connect', {
          value: cidr,
          hint: `remove ${manageBackendRules.key} to have them enforced`,
        }),
      )
  if (securityGroups !== undefined && !ofNodes) {
    for (const { path, cidr } of lb.sourceRanges)
      problems.push(
        warning('LB_AWS_NO_EFFECT', path, 'the rules of given security groups decide who may connect', {
          value: cidr,
          hint: `remove ${securityGroups.key} to have them enforced`,
        }),
      )
    if (prefixLists !== undefined)
      problems.push(
        warning(
          'LB_AWS_NO_EFFECT',
          prefixLists.path,
          'the rules of given security groups decide who may connect',
          { value: prefixLists.raw },
        ),
      )
  }
  return problems
}
