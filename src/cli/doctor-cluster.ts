/** What the controller needs of its cluster: somebody who answers, permissions, a lease that is alive, nodes. */
import { clusterUid } from '../kube/cluster.ts'
import { isNotFound, KubeError } from '../kube/errors.ts'
import type { LeaseObject } from '../kube/lease.ts'
import { listAll } from '../kube/list-all.ts'
import { isAllowed, permissions, type Asking, type Permission } from '../kube/permissions.ts'
import { leases, nodes as nodeType, type KubeApi } from '../kube/port.ts'
import { targetNodes, whyExcluded, type TargetNode } from '../model/nodes.ts'
import type { NodeObject } from '../model/objects.ts'
import { failed, ok, skipped, warned, type Check } from '../provider/checkup.ts'

export interface ClusterFound {
  readonly checks: readonly Check[]
  /** Undefined where nobody answered. */
  readonly uid?: string
  readonly nodes: readonly TargetNode[]
}

export interface ClusterAsked extends Asking {
  readonly server: string
  readonly now: number
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export async function checkCluster(
  api: KubeApi,
  asked: ClusterAsked,
  signal: AbortSignal,
): Promise<ClusterFound> {
  let uid: string
  try {
    uid = await clusterUid(api, signal)
  } catch (error) {
    const denied = error instanceof KubeError && error.code === 403
    const check = failed(
      'API server',
      `${asked.server}: ${sentence(error)}`,
      denied
        ? 'apply manifests/base, which allows to get the namespace kube-system'
        : 'see --kubeconfig and --context; "kubectl get ns kube-system" must work',
    )
    return { checks: [check], nodes: [] }
  }
  const cluster = ok('API server', `${asked.server}, cluster ${uid}`)
  const [allowed, lease, nodes] = await Promise.all([
    checkPermissions(api, asked, signal),
    checkLease(api, asked, signal),
    checkNodes(api, signal),
  ])
  return { checks: [cluster, allowed, lease, nodes.check], uid, nodes: nodes.nodes }
}

const shown = ({ verb, group, resource }: Permission): string =>
  `${verb} ${group === '' ? '' : `${group}/`}${resource}`

async function checkPermissions(api: KubeApi, asked: ClusterAsked, signal: AbortSignal): Promise<Check> {
  const who = asked.serviceAccount === undefined ? 'you' : `service account ${asked.serviceAccount}`
  try {
    const answers = await Promise.all(permissions.map((one) => isAllowed(api, one, asked, signal)))
    const lacking = permissions.filter((_one, at) => answers[at] !== true).map(shown)
    if (lacking.length === 0) return ok('permissions', `${who} may do all that the controller does`)
    return failed('permissions', `${who} may not: ${lacking.join(', ')}`, 'apply manifests/base')
  } catch (error) {
    const hint = asked.serviceAccount === undefined ? undefined : 'ask as an administrator of the cluster'
    return skipped('permissions', `the API server does not say: ${sentence(error)}`, hint)
  }
}

async function checkLease(api: KubeApi, asked: ClusterAsked, signal: AbortSignal): Promise<Check> {
  const ref = { namespace: asked.leaseNamespace, name: asked.leaseName }
  const where = `${ref.namespace}/${ref.name}`
  try {
    return judgeLease(where, await api.get<LeaseObject>(leases, ref, signal), asked.now)
  } catch (error) {
    if (isNotFound(error)) return warned('lease', `there is none at ${where}: no controller ever led here`)
    return skipped('lease', `${where} cannot be read: ${sentence(error)}`)
  }
}

/** Whether somebody leads. Clocks of two machines are compared here, so a few seconds mean nothing. */
export function judgeLease(where: string, { spec }: LeaseObject, now: number): Check {
  const { holderIdentity: holder = '', renewTime, leaseDurationSeconds = 30 } = spec ?? {}
  if (holder === '') return warned('lease', `${where} was given back: no controller leads now`)
  const age = Math.round((now - Date.parse(renewTime ?? '')) / 1000)
  if (!(age <= leaseDurationSeconds + 10))
    return warned(
      'lease',
      `${where} is held by ${holder}, who renewed it ${Number.isNaN(age) ? 'never' : `${age} s ago`}`,
      'if that instance is dead, the next one takes over when the lease ends; look at its pods',
    )
  return ok('lease', `${holder} leads, and renewed ${where} ${Math.max(age, 0)} s ago`)
}

async function checkNodes(
  api: KubeApi,
  signal: AbortSignal,
): Promise<{ readonly check: Check; readonly nodes: readonly TargetNode[] }> {
  try {
    const all = await listAll<NodeObject>(api, nodeType, signal)
    return { check: judgeNodes(all), nodes: targetNodes(all) }
  } catch (error) {
    return { check: failed('nodes', `they cannot be listed: ${sentence(error)}`), nodes: [] }
  }
}

export function judgeNodes(all: readonly NodeObject[]): Check {
  const eligible = targetNodes(all)
  const out = all.flatMap((node) => {
    const why = whyExcluded(node)
    return why === undefined ? [] : [`${node.metadata.name} ${why}`]
  })
  const nameless = eligible.filter(({ providerID }) => providerID === '').map(({ name }) => name)
  const rest = out.length === 0 ? '' : `; no targets: ${some(out)}`
  const said = `${eligible.length} of ${all.length} can be targets${rest}`
  if (eligible.length === 0)
    return warned('nodes', said, 'load balancers are made, and have nothing to send to')
  if (nameless.length > 0)
    return warned(
      'nodes',
      `${said}; without a providerID: ${some(nameless)}`,
      'the cloud controller manager of the cloud writes it: keep its node controllers',
    )
  return ok('nodes', said)
}

const some = (all: readonly string[]): string =>
  all.length <= 3 ? all.join(', ') : `${all.slice(0, 3).join(', ')} and ${all.length - 3} more`
