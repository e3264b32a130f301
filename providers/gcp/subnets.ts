import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { Facts } from '../../src/provider/blueprint.ts'
import { factOf } from '../../src/provider/facts.ts'
import type { Setting } from '../../src/model/annotations.ts'
import type { GcpSettings } from './annotations.ts'
import type { GcpConfig } from './config.ts'
import { type Place, type SubnetFact, subnetKey } from './facts.ts'
import { contains, parseCidr, parseAddress } from '../../src/lib/ip.ts'

/** Where addresses come from. `name` is missing where the subnet of the nodes does. */
export interface SubnetChoice {
  readonly name?: string
  /** Path, or the name where no more is known. */
  readonly path?: string
  readonly origin?: string
  readonly problems: readonly Problem[]
}

interface SubnetOptions {
  readonly lb: LoadBalancer
  readonly settings: GcpSettings
  readonly internal: boolean
  readonly place: Place
  readonly config: GcpConfig
  readonly facts: Facts
}

/** External IPv4 addresses come from no subnet; all others do. */
export function subnetFor(options: SubnetOptions): SubnetChoice {
  const { settings, internal, place } = options
  const setting = settings.subnet ?? (internal ? settings.internalSubnet : undefined)
  const name = setting?.value ?? place.subnet
  if (name === undefined) return { problems: [] }
  const fallback =
    place.project === undefined || place.region === undefined
      ? name
      : `projects/${place.project}/regions/${place.region}/subnetworks/${name}`
  const known = factOf<SubnetFact | null>(options.facts, subnetKey(name), '')
  const origin = setting === undefined ? {} : { origin: setting.path }
  if ('problem' in known) return { name, path: fallback, ...origin, problems: [known.problem] }
  if ('unknown' in known) return { name, path: fallback, ...origin, problems: [] }
  if (known.value === null) return { name, ...origin, problems: [missing(name, setting)] }
  return {
    name,
    path: known.value.path ?? fallback,
    ...origin,
    problems: unfit(known.value, setting, options),
  }
}

const pathOf = (setting: Setting<string> | undefined): string => setting?.path ?? 'gcp.subnet'

const missing = (name: string, setting: Setting<string> | undefined): Problem =>
  error('LB_GCP_SUBNET_NOT_FOUND', pathOf(setting), `there is no subnet ${name} in this region and network`, {
    value: name,
    accepted: 'the name of a subnet of the region of the cluster',
    hint: '`gcloud compute networks subnets list` shows them',
  })

function unfit(
  { name, stackType, ipv6AccessType, ipv6Cidr, cidr }: SubnetFact,
  setting: Setting<string> | undefined,
  { lb, internal }: SubnetOptions,
): readonly Problem[] {
  const problems: Problem[] = []
  const say = (message: string, accepted: string, hint: string): void => {
    problems.push(error('LB_GCP_SUBNET_UNFIT', pathOf(setting), message, { value: name, accepted, hint }))
  }
  if (lb.families.includes('IPv6')) {
    const wanted = internal ? 'INTERNAL' : 'EXTERNAL'
    if (
      stackType === 'IPV4_ONLY' ||
      (stackType === undefined && ipv6Cidr === undefined && cidr !== undefined)
    )
      say(
        `the subnet ${name} has no IPv6 range`,
        'a subnet with IPv6',
        'add an IPv6 range to it, or name another one',
      )
    else if (ipv6AccessType !== undefined && ipv6AccessType !== wanted)
      say(
        `the IPv6 range of the subnet ${name} is ${ipv6AccessType.toLowerCase()}, the load balancer ${wanted.toLowerCase()}`,
        `a subnet whose IPv6 access type is ${wanted}`,
        'name a subnet of that access type',
      )
  }
  if (internal && lb.families.includes('IPv4') && stackType === 'IPV6_ONLY')
    say(
      `the subnet ${name} has no IPv4 range`,
      'a subnet with IPv4',
      'name another subnet, or ask for IPv6 alone',
    )
  const asked = lb.requestedAddress
  const range = cidr === undefined ? undefined : parseCidr(cidr)
  const ip = asked === undefined ? undefined : parseAddress(asked.value)
  if (
    internal &&
    asked !== undefined &&
    range?.ok === true &&
    ip?.ok === true &&
    !contains(range.value, ip.value)
  )
    if (ip.value.family === range.value.family)
      problems.push(
        error('LB_GCP_ADDRESS_OUTSIDE', asked.path, `${asked.value} lies outside the subnet ${name}`, {
          value: asked.value,
          accepted: `an address within ${cidr}`,
          hint: 'choose a free address of that range, or another subnet',
        }),
      )
  return problems
}
