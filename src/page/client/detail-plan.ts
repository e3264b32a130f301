import type { PlanLines, StepLine } from '../wire.ts'
import { el, type Child } from './dom.ts'
import { mark, mostSteps, nothing } from './pieces.ts'
import { spanText } from './words.ts'

/** What will be done, and what it waits for. */
export function planOf(plan: PlanLines | undefined, type: string, now: number): Child[] {
  if (plan === undefined || (type !== 'LoadBalancer' && plan.steps.length + plan.objects.length === 0))
    return [
      nothing(type === 'LoadBalancer' ? 'The plan is not known here.' : 'It asks for no load balancer.'),
    ]
  const { steps, nextAt } = plan
  const more = steps.length - mostSteps
  const end = steps.length > 0 ? undefined : nothing(whyNoStep(plan))
  return [
    steps.length > 0 && el('ol', { class: 'steps' }, ...steps.slice(0, mostSteps).map(stepOf)),
    more > 0 && nothing(`and ${more} more`),
    end,
    nextAt !== undefined &&
      nextAt > now &&
      el('p', { class: 'dim small' }, `Looked at again in ${spanText(nextAt - now)}.`),
  ]
}

function whyNoStep({ converged, problems, failure, objects }: PlanLines): string {
  if (failure !== undefined || problems.some(({ severity }) => severity === 'error'))
    return 'Nothing can be done before the problem above is mended.'
  if (!converged) return 'Being planned.'
  return objects.length === 0
    ? 'Nothing is planned for it here.'
    : 'Nothing to do: all that was asked for is in place.'
}

const stepOf = ({ action, title, why, hold, outage }: StepLine): HTMLElement =>
  el(
    'li',
    { class: 'step', 'data-key': `${action} ${title}` },
    mark(action),
    el(
      'div',
      {},
      el('p', { class: 'what' }, el('span', { class: 'unseen' }, `${action} `), title),
      why !== '' && el('p', { class: 'why' }, why),
      hold !== undefined && el('p', { class: 'hold' }, el('strong', {}, 'waits for '), hold),
      outage !== undefined && el('p', { class: 'hold' }, el('strong', {}, 'interrupts traffic: '), outage),
    ),
  )

/** What is there now. */
export const objectsOf = ({ objects }: PlanLines): HTMLElement =>
  el(
    'ul',
    { class: 'objects' },
    ...objects.map(({ title, id, state }) =>
      el(
        'li',
        { 'data-key': `${title} ${id}` },
        el('span', {}, title),
        el('span', { class: 'mono dim id' }, id),
        state !== 'ready' && el('span', { class: 'warn' }, state),
      ),
    ),
  )
