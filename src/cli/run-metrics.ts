import type { Manager, ManagerParts } from '../controller/manager.ts'
import { followsNode } from '../plan/parts.ts'
import type { Metrics } from '../observe/metrics.ts'
import { readyType } from '../controller/conditions.ts'

type Hooks = Pick<ManagerParts, 'onCall' | 'onStep' | 'onReconciled' | 'onLeading'>

/** What the controller's hooks count, and what is looked up when somebody asks. */
export function measure(
  metrics: Metrics,
  provider: string,
  leaseName: string,
): { readonly hooks: Hooks; readonly sample: (manager: Manager) => void } {
  metrics.leader_election_master_status.set({ name: leaseName }, 0)
  const hooks: Hooks = {
    onCall({ op, outcome, ms }) {
      metrics.lb_controller_cloud_requests_total.inc({ provider, op, outcome })
      metrics.lb_controller_cloud_request_seconds.observe({ provider, op }, ms / 1000)
    },
    onStep({ step, outcome }) {
      const result = typeof outcome === 'string' ? outcome : outcome.kind
      metrics.lb_controller_steps_total.inc({ kind: step.kind, action: step.action, outcome: result })
      const follows = step.parts?.every(followsNode) === true
      if (follows && outcome === 'done')
        metrics.service_controller_loadbalancer_sync_total.inc({}, step.owners.length)
      if (follows && typeof outcome !== 'string') metrics.service_controller_nodesync_error_total.inc({})
    },
    onReconciled: (ms) =>
      metrics.lb_controller_reconcile_seconds.observe({ loop: 'service', outcome: 'ok' }, ms / 1000),
    onLeading: (leading) => metrics.leader_election_master_status.set({ name: leaseName }, leading ? 1 : 0),
  }
  return { hooks, sample: (manager) => sample(metrics, provider, manager) }
}

function sample(metrics: Metrics, provider: string, manager: Manager): void {
  const depths = manager.term?.depths ?? { service: 0, stack: 0 }
  metrics.workqueue_depth.set({ name: 'service' }, depths.service)
  metrics.workqueue_depth.set({ name: 'stack' }, depths.stack)
  metrics.lb_controller_problems.reset()
  let served = 0
  const problems = new Map<string, number>()
  for (const service of manager.services.store.list()) {
    const ready = service.status?.conditions?.find((condition) => condition.type === readyType)
    if (ready === undefined) continue
    if (ready.status === 'True') served++
    if (ready.reason.startsWith('LB_')) problems.set(ready.reason, (problems.get(ready.reason) ?? 0) + 1)
  }
  metrics.lb_controller_managed_load_balancers.set({ provider }, served)
  for (const [code, count] of problems) metrics.lb_controller_problems.set({ code }, count)
}
