import type { ServiceReport } from '../controller/service-report.ts'
import type { Condition, ServiceObject, ServicePort } from '../model/objects.ts'
import { titleOf } from '../plan/render-value.ts'
import { addressesOf, rowOf } from './service-row.ts'
import type { Past, TrafficPath } from './source.ts'
import type { ConditionLine, Detail, PlanLines, PortLine } from './wire.ts'

export interface Known {
  readonly service: ServiceObject
  readonly report: ServiceReport | undefined
  readonly past: Past
  readonly path: TrafficPath | undefined
  readonly now: number
}

/** All that the page shows of one Service. */
export function detailOf({ service, report, past, path, now }: Known): Detail {
  const { spec = {}, metadata } = service
  const created = Date.parse(metadata.creationTimestamp ?? '')
  return {
    row: rowOf(service),
    ...(Number.isNaN(created) ? {} : { created }),
    addresses: addressesOf(service),
    clusterAddresses: (spec.clusterIPs ?? [spec.clusterIP ?? '']).filter((address) => address !== ''),
    ports: (spec.ports ?? []).map(portLine),
    policy: spec.externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    conditions: (service.status?.conditions ?? []).map(conditionLine),
    ...(report === undefined ? {} : { plan: planLines(report, now) }),
    past: past.steps,
    events: past.events,
    ...(path === undefined ? {} : { path }),
  }
}

const portLine = ({ name = '', protocol = 'TCP', port, targetPort, nodePort }: ServicePort): PortLine => ({
  name,
  protocol,
  port,
  target: String(targetPort ?? port),
  ...(nodePort === undefined ? {} : { nodePort }),
})

function conditionLine({ type, status, reason, message, lastTransitionTime }: Condition): ConditionLine {
  const since = Date.parse(lastTransitionTime ?? '')
  return { type, status, reason, message, ...(Number.isNaN(since) ? {} : { since }) }
}

function planLines(report: ServiceReport, now: number): PlanLines {
  const { failure, nextMs } = report
  return {
    provider: report.provider,
    converged: report.converged,
    steps: report.steps.map((step) => ({
      action: step.action,
      title: titleOf(step),
      why: step.why,
      ...(step.hold === undefined ? {} : { hold: step.hold.for }),
      ...(step.outage === undefined ? {} : { outage: step.outage }),
    })),
    problems: report.problems.map(({ code, severity, path, message, accepted, hint }) => ({
      code,
      severity,
      path,
      message,
      ...(accepted === undefined ? {} : { accepted }),
      ...(hint === undefined ? {} : { hint }),
    })),
    ...(failure === undefined ? {} : { failure: `${failure.op}: ${failure.code}: ${failure.message}` }),
    objects: report.objects.map((object) => ({
      title: titleOf(object),
      id: object.id,
      state: object.state,
    })),
    ...(nextMs === undefined ? {} : { nextAt: Math.round((now + nextMs) / 1000) * 1000 }),
  }
}
