import type { Json } from '../../src/lib/json.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import { type Identity, ref } from '../../src/plan/resource.ts'
import type { ForwardAction } from './annotation-action.ts'
import { targetGroupOf } from './desired-target-group.ts'
import type { Route } from './routes.ts'
import { actionFor, listenerName, sharedAmong, type Shared } from './shares.ts'
import type { Wish } from './wish.ts'

interface Forwards {
  readonly action: ForwardAction
  /** `ForwardConfig.TargetGroups` as the API writes them. */
  readonly groups: readonly Json[]
}

/** How an annotation divides the connections of one listener; undefined where none does. */
export function forwardsOf(wish: Wish, route: Route, own: Identity): Forwards | undefined {
  const setting = actionFor(wish, route)
  if (setting === undefined) return undefined
  const groups = sharedAmong(wish, route).map(({ to, weight }): Json => ({
    TargetGroupArn:
      to.is === 'arn' ? to.arn : ref(to.is === 'share' ? targetGroupOf(wish, to.route) : own, 'arn'),
    ...(weight === undefined ? {} : { Weight: weight }),
  }))
  return { action: setting.value, groups }
}

/** The target groups of ours among which an annotation divides the connections of a listener. */
export const dividedAmong = (wish: Wish, route: Route, own: Identity): readonly Identity[] =>
  sharedAmong(wish, route).flatMap(({ to }) =>
    to.is === 'share' ? [targetGroupOf(wish, to.route)] : to.is === 'own' ? [own] : [],
  )

/** Keys that name no listener, and target groups that nothing can be sent to. */
export function actionProblems(wish: Wish): readonly Problem[] {
  const names = wish.routes.map(listenerName)
  const unheard = Object.entries(wish.keyed.actions ?? {}).flatMap(([at, { path }]) =>
    names.includes(at)
      ? []
      : [
          error('LB_PORTS_UNKNOWN', path, `the load balancer has no listener ${at}`, {
            value: at,
            accepted: names.join(', '),
          }),
        ],
  )
  return [...unheard, ...wish.routes.flatMap((route) => problemsOf(wish, route))]
}

function problemsOf(wish: Wish, route: Route): readonly Problem[] {
  const among = sharedAmong(wish, route).map(({ to }) => to)
  const wrong = among.flatMap((to) => (to.is === 'wrong' ? [to.problem] : []))
  const keys = among.map((to) => meantBy(wish, to))
  const twice = keys.find((key, at) => key !== '' && keys.indexOf(key) !== at)
  if (twice === undefined) return wrong
  const path = actionFor(wish, route)?.path ?? route.path
  return [
    ...wrong,
    error(
      'LB_AWS_ACTION',
      path,
      `the same target group is named twice${twice === 'own' ? ': this port’s own' : ''}`,
      {
        hint: 'name it once, with the sum of the weights',
      },
    ),
  ]
}

const meantBy = (wish: Wish, to: Shared): string =>
  to.is === 'arn'
    ? to.arn
    : to.is === 'share'
      ? targetGroupOf(wish, to.route).key
      : to.is === 'own'
        ? 'own'
        : ''
