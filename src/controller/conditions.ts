import type { Condition, ServiceObject } from '../model/objects.ts'
import type { Problem } from '../model/problem.ts'
import type { Decision } from './decide.ts'
import type { Progress } from './progress.ts'
import { lackText, type Move } from './takeover.ts'

/** The one condition that says how a Service's load balancer is, and what to do about it. */
export const readyType = 'lb-controller.io/Ready'

/** `LB_X at path: message (value "v"; accepted: a). Hint.` */
export function problemText(problem: Problem): string {
  const details = [
    ...(problem.value === undefined ? [] : [`value ${JSON.stringify(problem.value)}`]),
    ...(problem.accepted === undefined ? [] : [`accepted: ${problem.accepted}`]),
  ]
  const tail = details.length === 0 ? '' : ` (${details.join('; ')})`
  const hint = problem.hint === undefined ? '' : `. Hint: ${problem.hint}`
  return `${problemPlace(problem)}: ${problem.message}${tail}${hint}`
}

export const problemPlace = ({ code, path }: Problem): string => `${code} at ${path}`

const condition = (status: Condition['status'], reason: string, message: string): Condition => ({
  type: readyType,
  status,
  reason,
  message,
})

/** What stands in the way, in the input and in the cloud. */
export const errorsOf = (decision: Decision, progress: Progress): readonly Problem[] =>
  [...decision.problems, ...progress.problems].filter((problem) => problem.severity === 'error')

/** What it goes without, which keeps nothing else from being done. */
export const warningsOf = ({ problems }: Pick<Decision, 'problems'>): readonly Problem[] =>
  problems.filter((problem) => problem.severity === 'warning')

/** Whether its condition tells of it already. */
export const tellsOf = ({ status }: ServiceObject, problem: Problem): boolean =>
  status?.conditions?.some(
    ({ type, message }) => type === readyType && message.includes(problemPlace(problem)),
  ) === true

export function readyCondition(
  decision: Decision,
  progress: Progress,
  move: Move = { serves: true },
): Condition {
  const errors = errorsOf(decision, progress)
  const [first] = errors
  if (first !== undefined) {
    const keeps =
      decision.valid || decision.accepted?.input === undefined
        ? ''
        : ' (what was accepted before keeps serving)'
    return condition('False', first.code, errors.map(problemText).join(' | ') + keeps)
  }
  const { failure } = progress
  if (move.stalled === true && failure === undefined)
    return condition('False', moveStalled, stalledText(move))
  if (failure !== undefined)
    return condition(
      'False',
      'CloudError',
      `${failure.op}: ${failure.code}: ${failure.message}; it is tried again`,
    )
  if (decision.awaits.length > 0)
    return condition(
      'False',
      'Progressing',
      `waiting: the pods of ${decision.awaits.join(', ')} are not known yet, so nothing is changed`,
    )
  if (!progress.converged) {
    const waits = [
      ...new Set(progress.steps.flatMap((step) => (step.hold === undefined ? [] : [step.hold.for]))),
    ]
    const message =
      waits.length === 0 ? 'the load balancer is being brought in line' : `waiting: ${waits.join('; ')}`
    return condition('False', 'Progressing', message)
  }
  if (!move.serves)
    return condition(
      'False',
      movingReason,
      `waiting: the new load balancer does not serve yet, so the status keeps the old one${lacksText(move)}`,
    )
  const warnings = warningsOf(decision)
  const tail = warnings.length === 0 ? '' : `; not honoured: ${warnings.map(problemText).join(' | ')}`
  const { staysUntil } = decision
  const stays = staysUntil === undefined ? '' : `; what it replaced stays until ${staysUntil}`
  return condition('True', 'Synced', `everything that was asked for is in place${stays}${tail}`)
}

const movingReason = 'Moving'

/** Clock ms since when its move is told of, by whichever instance: since when it is not ready, for that it was before. */
export function movingSince({ status }: ServiceObject): number | undefined {
  const told = status?.conditions?.find(({ type }) => type === readyType)
  if (told?.reason !== movingReason && told?.reason !== moveStalled) return undefined
  const since = Date.parse(told.lastTransitionTime ?? '')
  return Number.isNaN(since) ? undefined : since
}

const lacksText = ({ lacks = [] }: Move): string =>
  lacks.length === 0 ? '' : `: ${lacks.map(lackText).join('; ')}`

/** The code of a move that takes too long, see src/model/codes-service.ts. */
const moveStalled = 'LB_MOVE_STALLED'

export const stalledText = (move: Move): string =>
  `${moveStalled}: the new load balancer does not serve after 10 minutes${lacksText(move)}. The old one goes on serving and stays in the status; the new one stays too and takes over as soon as it serves. Hint: take the edit back to have it removed`

export const leftAlone = (
  why: string,
  seen: string,
  mend = 'It is left alone; start the controller with --adopt, or give the Service our loadBalancerClass, to change that',
): Condition => condition('False', 'NotClaimed', `${why}: ${seen}. ${mend}`)

export const protectedCondition = (why: string): Condition =>
  condition(
    'False',
    'Deleting',
    `removing cloud objects waits, and nothing of it is taken away before: ${why}`,
  )

export function leavingCondition(progress: Progress): Condition {
  const waits = [
    ...new Set(progress.steps.flatMap((step) => (step.hold === undefined ? [] : [step.hold.for]))),
  ]
  const { failure } = progress
  const trouble =
    failure === undefined ? '' : `; ${failure.op}: ${failure.code}: ${failure.message}, it is tried again`
  const message =
    waits.length === 0
      ? 'cloud objects are being removed'
      : `removing cloud objects waits: ${waits.join('; ')}`
  return condition('False', 'Deleting', message + trouble)
}
