import type { Observed } from '../../../src/plan/resource.ts'
import { ProviderError } from '../../../src/provider/errors.ts'
import type { NetworkInterface } from '../api-ec2.ts'
import { pagesByToken } from '../pages.ts'
import { isNotFound, type KindDeps } from './shared.ts'

export const notOurs = (op: string): ProviderError =>
  new ProviderError({
    kind: 'invalid',
    code: 'Foreign',
    op,
    sent: 'no',
    message: 'the security groups of nodes are not ours to make or delete',
  })

/**
 * Deletes a group that nothing holds any more. Interfaces of a load balancer outlive it by seconds or minutes, and AWS
 * refuses until the last is gone: who holds the group is looked up first, so that a wait is told instead of refused.
 */
export async function deleteGroup(deps: KindDeps, seen: Observed, signal: AbortSignal): Promise<void> {
  if (seen.body === 'foreign') throw notOurs('ec2:DeleteSecurityGroup')
  const interfaces = await interfacesIn(deps, seen.id, signal)
  if (interfaces.length > 0) throw held(seen, interfacesText(interfaces))
  try {
    await deps.api.call('DeleteSecurityGroup', { GroupId: seen.id }, signal)
  } catch (error) {
    if (isNotFound(error)) return
    if (!(error instanceof ProviderError) || error.kind !== 'inUse') throw error
    const groups = await groupsThatName(deps, seen.id, signal)
    throw groups.length === 0 ? error : held(seen, `rules in ${listed(groups)}`, error)
  }
}

/** How long until it is worth another look, ms. */
const lookAgainMs = 10_000

const held = ({ id }: Observed, by: string, cause?: ProviderError): ProviderError =>
  new ProviderError({
    kind: 'inUse',
    code: 'DependencyViolation',
    op: 'ec2:DeleteSecurityGroup',
    sent: 'no',
    message: `${by} still refer to security group ${id}`,
    heldBy: `${by} still refer to security group ${id}`,
    retryAfterMs: lookAgainMs,
    cause,
  })

const named = 3

const listed = (names: readonly string[]): string =>
  names.slice(0, named).join(', ') + (names.length > named ? ` and ${names.length - named} more` : '')

/** Elastic Load Balancing describes an interface as `ELB net/<name>/<id>`. */
const balancerOf = ({ Description }: NetworkInterface): string | undefined =>
  /^ELB (?:(?:net|app)\/)?(?<name>[^/]+)/.exec(Description ?? '')?.groups?.['name']

function interfacesText(interfaces: readonly NetworkInterface[]): string {
  const ids = listed(interfaces.map(({ NetworkInterfaceId: id = '' }) => id).toSorted())
  const balancers = [...new Set(interfaces.map(balancerOf))]
  const [name] = balancers
  if (name === undefined || balancers.length > 1) return `the network interfaces ${ids}`
  return `${ids} of the deleted load balancer ${name}`
}

const interfacesIn = (
  { api }: KindDeps,
  id: string,
  signal: AbortSignal,
): Promise<readonly NetworkInterface[]> =>
  pagesByToken(async (page) => {
    const Filters = [{ Name: 'group-id', Values: [id] }]
    const answer = await api.call('DescribeNetworkInterfaces', { Filters, ...page }, signal)
    return { items: answer.NetworkInterfaces ?? [], next: answer.NextToken }
  })

const groupsThatName = ({ api }: KindDeps, id: string, signal: AbortSignal): Promise<readonly string[]> =>
  pagesByToken(async (page) => {
    const Filters = [{ Name: 'ip-permission.group-id', Values: [id] }]
    const answer = await api.call('DescribeSecurityGroups', { Filters, ...page }, signal)
    return { items: (answer.SecurityGroups ?? []).map(({ GroupId }) => GroupId), next: answer.NextToken }
  })
