import { error, type Problem, warning } from '../../src/model/problem.ts'
import { listenerName } from './shares.ts'
import type { Route } from './routes.ts'
import type { TargetAttributes } from './target-attributes.ts'
import type { Wish } from './wish.ts'

const idle = 'tcp.idle_timeout.seconds'
const range = { least: 60, most: 6000 }

/** The attributes of one listener. Only TCP has any: AWS fixes the time-out of TLS at 350 s, that of UDP at 120 s. */
export function listenerAttributesFor(wish: Wish, route: Route): TargetAttributes {
  const { idleTimeout } = wish.settings
  const attributes: Record<string, string> = {}
  const origins: Record<string, string> = {}
  if (!carriesTcp(route)) return { attributes, origins }
  if (idleTimeout !== undefined && idleTimeout.value >= range.least) {
    attributes[idle] = String(idleTimeout.value)
    origins[idle] = idleTimeout.path
  }
  const own = saidOf(wish, route)
  for (const [key, value] of Object.entries(own?.value ?? {})) {
    attributes[key] = value
    origins[key] = own?.path ?? ''
  }
  return { attributes, origins }
}

/** `TCP-80` means the TCP of a listener that carries UDP beside it as well; the listener's own name outranks it. */
const namesOf = (route: Route): readonly string[] =>
  route.protocol.startsWith('TCP_') ? [listenerName(route), `TCP-${route.port}`] : [listenerName(route)]

function saidOf({ keyed: { listenerAttributes = {} } }: Wish, route: Route) {
  const name = namesOf(route).find((each) => listenerAttributes[each] !== undefined)
  return name === undefined ? undefined : listenerAttributes[name]
}

const carriesTcp = ({ protocol, transports }: Route): boolean =>
  protocol !== 'TLS' && transports.includes('tcp')

export function listenerProblems(wish: Wish): readonly Problem[] {
  const { settings, routes, keyed } = wish
  const problems: Problem[] = []
  const { idleTimeout } = settings
  if (idleTimeout !== undefined) problems.push(...idleProblems(idleTimeout, routes))
  for (const [at, { path }] of Object.entries(keyed.listenerAttributes ?? {})) {
    const route = routes.find((each) => namesOf(each).includes(at))
    if (route === undefined)
      problems.push(
        warning('LB_PORTS_UNKNOWN', path, `the load balancer has no listener ${at}, so this has no effect`, {
          value: at,
          accepted: routes.map(listenerName).join(', '),
        }),
      )
    else if (saidOf(wish, route)?.path !== path)
      problems.push(
        warning(
          'LB_AWS_NO_EFFECT',
          path,
          `${listenerName(route)} speaks of the same listener, and outranks this`,
          {
            value: at,
          },
        ),
      )
    else if (!carriesTcp(route))
      problems.push(
        warning('LB_AWS_NO_EFFECT', path, `${route.protocol} listeners have no attributes`, { value: at }),
      )
  }
  return problems
}

/** The key of Classic Load Balancers stands in many manifests; the portable one is meant. */
function idleProblems(
  { value, path, raw, key }: NonNullable<Wish['settings']['idleTimeout']>,
  routes: readonly Route[],
): readonly Problem[] {
  const accepted = `${range.least} to ${range.most} seconds`
  if (value < range.least) {
    const say = key.startsWith('lb-controller.io/') ? error : warning
    const message = `a network load balancer forgets no connection before ${range.least} s`
    return [say('LB_AWS_IDLE_TIMEOUT', path, message, { value: raw, accepted })]
  }
  if (routes.some(carriesTcp)) return []
  return [
    warning('LB_AWS_NO_EFFECT', path, 'only TCP listeners have a time-out that can be set', { value: raw }),
  ]
}
