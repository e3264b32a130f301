import { emulated, error, note, type Problem, warning } from '../../src/model/problem.ts'
import { mostListeners } from './kinds/load-balancer-form.ts'
import { type Lacks, lackedBy } from './lacked.ts'
import { readsHttp } from './layout.ts'
import type { Wish } from './wish.ts'

const lacks: Lacks = {
  refused: {},
  ignored: {
    accessLogInterval: 'a network load balancer writes its access logs every five minutes',
    draining: 'a network load balancer always drains, see deregistration_delay.timeout_seconds',
  },
  harmless: { draining: true, accessLogInterval: '5' },
}

/** What a network load balancer cannot do of all that can be asked of one on AWS. */
export function networkLacks(wish: Wish): readonly Problem[] {
  const { backendProtocol } = wish.settings
  const udp = wish.routes.find(({ transports }) => transports.includes('udp'))
  const { families, settings } = wish
  return [
    ...lackedBy(wish, lacks),
    ...tooMany(wish),
    ...nameHeld(wish),
    ...(settings.drainingTimeout === undefined
      ? []
      : [
          emulated(
            settings.drainingTimeout.path,
            'a network load balancer drains for the time that deregistration_delay.timeout_seconds of its target groups says',
            { value: settings.drainingTimeout.raw },
          ),
        ]),
    ...(udp !== undefined && families.addressType === 'dualstack' && settings.ipv6SourceNat?.value !== 'on'
      ? [
          warning(
            'LB_AWS_IPV6_UDP',
            udp.path,
            'AWS carries UDP on a dual-stack load balancer only with prefixes for source NAT',
            { hint: 'set aws-load-balancer-enable-prefix-for-ipv6-source-nat: "on"' },
          ),
        ]
      : []),
    ...(backendProtocol !== undefined && readsHttp(backendProtocol.value)
      ? [
          note(
            'LB_AWS_PLAIN_BACKEND',
            backendProtocol.path,
            'with type external the load balancer passes the bytes on unread, as the AWS Load Balancer Controller does',
            {
              value: backendProtocol.raw,
              hint: 'leave out aws-load-balancer-type to have one that reads HTTP',
            },
          ),
        ]
      : []),
  ]
}

const most = { listeners: mostListeners, certificates: 25 }

function tooMany({ routes, settings: { certificates } }: Wish): readonly Problem[] {
  const problems: Problem[] = []
  if (routes.length > most.listeners)
    problems.push(
      error('LB_AWS_TOO_MANY', 'spec.ports', `the Service needs ${routes.length} listeners`, {
        value: String(routes.length),
        accepted: `at most ${most.listeners} on one load balancer`,
      }),
    )
  if (certificates !== undefined && certificates.value.length > most.certificates)
    problems.push(
      warning('LB_AWS_TOO_MANY', certificates.path, `${certificates.value.length} certificates are named`, {
        accepted: `at most ${most.certificates}, unless the quota of the account was raised`,
      }),
    )
  return problems
}

/** Names are unique in a region, so what forces another load balancer cannot bring it up beside the one that serves. */
export function nameHeld({ settings: { name }, context, share }: Wish): readonly Problem[] {
  const holder = context.observed.find(
    ({ kind, stack, key, spec }) =>
      kind === 'load-balancer' &&
      (stack !== share.stack || key !== share.place) &&
      spec['Name'] === share.name,
  )
  if (name === undefined || holder === undefined) return []
  const message =
    holder.stack === share.stack
      ? `the load balancer that is ${holder.key} so far has this name, and a new one has to stand beside it until it serves`
      : 'another load balancer has this name'
  const hint = `change the name together with what makes the load balancer ${share.place}`
  return [error('LB_AWS_NAME_HELD', name.path, message, { value: name.raw, hint })]
}
