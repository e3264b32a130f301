import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { note, type Problem, warning } from '../../src/model/problem.ts'
import type { Observed } from '../../src/plan/resource.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { listenerKey } from './desired-listener.ts'
import type { Place } from './place.ts'
import type { Route } from './routes.ts'

/** What the balancer says of a port that it cannot serve, or serves elsewhere than asked. */
export function servingProblems(
  lb: LoadBalancer,
  place: Place,
  routes: readonly Route[],
  { observed }: Context,
): readonly Problem[] {
  const mine = observed.filter(
    ({ kind, stack, owners }) =>
      kind === 'listener' && stack === place.stack && owners.some(({ uid }) => uid === lb.owner.uid),
  )
  return routes.flatMap((route) => {
    const seen = mine.find(({ key }) => key === listenerKey(place, route))
    return seen === undefined ? [] : problemsOf(seen, route)
  })
}

function problemsOf({ out }: Observed, { path, port }: Route): readonly Problem[] {
  const { failure = '', reachedAt } = out
  return [
    ...(failure === ''
      ? []
      : [
          warning('LB_LOCAL_NOT_SERVED', `${path}.port`, `port ${port} is not served: ${failure}`, {
            value: String(port),
            hint: 'free the port on this machine, or use another one; it is tried again by itself',
          }),
        ]),
    ...(reachedAt === undefined
      ? []
      : [
          note('LB_LOCAL_ELSEWHERE', `${path}.port`, `port ${port} is reached at ${reachedAt}`, {
            value: String(port),
            hint: 'the system refuses the address or the port itself',
          }),
        ]),
  ]
}
