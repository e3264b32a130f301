import type { ServiceReport } from '../controller/service-report.ts'
import type { Condition } from '../model/objects.ts'
import { renderPlan } from '../plan/render.ts'
import type { Paint } from '../plan/render-view.ts'
import { columns } from './print.ts'

export interface EventLine {
  readonly at: string
  readonly type: string
  readonly reason: string
  readonly message: string
}

export interface StatusFacts {
  readonly service: string
  readonly type: string
  readonly address: string | undefined
  readonly nodePorts: readonly number[]
  /** It carries our mark. */
  readonly claimed: boolean
  /** Some input was applied to its end at least once. */
  readonly applied: boolean
  readonly ready: boolean
  readonly condition: Condition | undefined
  readonly events: readonly EventLine[]
  readonly controller: { readonly url: string; readonly why?: string; readonly leader?: string }
  readonly report?: ServiceReport
}

const newest = 5

/** For a person who asks why EXTERNAL-IP is pending: the answer first, then what it rests on. */
export function statusText(facts: StatusFacts, paint: Paint): string {
  const blocks = [
    head(facts, paint),
    conditionText(facts),
    controllerText(facts, paint),
    eventsText(facts, paint),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function head({ service, type, address, nodePorts }: StatusFacts, paint: Paint): string {
  const title = paint('heading', service)
  if (type !== 'LoadBalancer') {
    const ports = nodePorts.length === 0 ? '' : `; reachable at <node>:${nodePorts.join(', <node>:')}`
    return `${title}  is of type ${type}: it has no load balancer${ports}`
  }
  return `${title}  EXTERNAL-IP ${address ?? 'pending'}`
}

function conditionText({ condition, claimed, applied, type }: StatusFacts): string {
  if (condition !== undefined) {
    const since = condition.lastTransitionTime === undefined ? '' : ` since ${condition.lastTransitionTime}`
    return `${condition.status === 'True' ? 'ready' : 'not ready'} (${condition.reason})${since}\n  ${condition.message.replaceAll(' | ', '\n  ')}`
  }
  if (type !== 'LoadBalancer') return ''
  if (claimed) return applied ? '' : 'claimed, and nothing was applied yet'
  return 'no controller of ours has claimed it: is one running, and does spec.loadBalancerClass name it?'
}

function controllerText({ condition, controller, report }: StatusFacts, paint: Paint): string {
  if (report === undefined) {
    const leader = controller.leader === undefined ? '' : `; ${controller.leader} leads`
    const more = `${controller.url}: ${controller.why ?? 'it told nothing'}${leader}`
    return paint(
      'dim',
      `the plan is known to the controller that leads (${more}); reach it and say --controller URL`,
    )
  }
  const next =
    report.nextMs === undefined
      ? []
      : [`looked at again in ${Math.ceil(report.nextMs / 1000)} s, and at once when the Service changes`]
  const failure =
    report.failure === undefined
      ? []
      : [`last failure: ${report.failure.op}: ${report.failure.code}: ${report.failure.message}`]
  const underWay = report.underWay.length === 0 ? [] : ['in progress right now']
  // What the condition says already is not said again.
  const unblock = report.problems.flatMap(({ hint }) =>
    hint === undefined || condition?.message.includes(`Hint: ${hint}`) === true
      ? []
      : [`would unblock it: ${hint}`],
  )
  const objects = columns(
    report.objects.map(({ kind, key, id }) => [`  ${kind.replaceAll('-', ' ')} ${key}`, id]),
  )
  const there = report.objects.length === 0 ? 'nothing exists for it yet' : `what exists:\n${objects}`
  const plan =
    report.steps.length === 0
      ? []
      : [
          renderPlan(
            { provider: report.provider, steps: report.steps, problems: [] },
            { paint, brief: true },
          ).trimEnd(),
        ]
  return [there, ...plan, ...underWay, ...failure, ...unblock, ...next].join('\n')
}

function eventsText({ condition, events }: StatusFacts, paint: Paint): string {
  const last = events.slice(-newest)
  if (last.length === 0) return ''
  const rows = last.map(({ at, type, reason, message }) => [
    `  ${at.slice(0, 19)}`,
    type,
    reason,
    shortened(message, condition?.message),
  ])
  return `${paint('dim', 'events')}\n${columns(rows)}`
}

/** So much of a message is nobody else's. */
const telling = 60

/** An event that carries the condition's message carries all of it, or as much as fits into an event. */
function shortened(message: string, said = ''): string {
  const at = said.length < telling ? -1 : message.indexOf(said.slice(0, telling))
  return at === -1 ? message : `${message.slice(0, at)}as above`
}
