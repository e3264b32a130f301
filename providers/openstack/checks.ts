import { plainText } from './plain-text.ts'
import { parseAddress } from '../../src/lib/ip.ts'
import { error, type Problem, type Severity, warning } from '../../src/model/problem.ts'
import { containers, factOf, network, octavia, ports } from './facts.ts'
import { healthProblems } from './health.ts'
import { holds } from './network.ts'
import { sourceProblems } from './sources.ts'
import type { Wish } from './wish.ts'

export type Checked = Omit<Wish, 'problems'>

/** What does not go together, or not with this cloud. */
export function checksOn(wish: Checked): readonly Problem[] {
  return [
    ...featureProblems(wish),
    ...headerAndProxy(wish),
    ...certificateProblems(wish),
    ...addressProblems(wish),
    ...portProblems(wish),
    ...zoneProblems(wish),
    ...sourceProblems(wish),
    ...healthProblems(wish.lb, wish),
  ]
}

interface Lack {
  readonly setting: { readonly path: string; readonly raw: string } | undefined
  readonly able: boolean
  /** An error where to go on without it would change who reads or reaches what. */
  readonly severity: Severity
  readonly what: string
  readonly needs: string
}

type Given<T> = { readonly path: string; readonly raw: string; readonly value: T } | undefined

/** A setting that asks for something else than what holds anyway. */
const wanted = <T>(setting: Given<T>, off: T): Given<T> => (setting?.value === off ? undefined : setting)

/** What this Octavia, or its driver, does not have. */
function featureProblems({ settings, features }: Checked): readonly Problem[] {
  const { ovn, provider, minor } = features
  const l7 = { able: !ovn, severity: 'error', needs: 'another driver than ovn' } as const
  const timeouts = {
    able: features.timeouts,
    severity: 'warning',
    what: 'time-outs',
    needs: 'API 2.1, not ovn',
  } as const
  const lacks: readonly Lack[] = [
    { ...l7, setting: settings.certificates, what: 'TLS' },
    { ...l7, setting: wanted(settings.forwardedFor, false), what: 'HTTP headers' },
    { ...l7, setting: wanted(settings.proxyProtocol, 'off'), what: 'PROXY protocol' },
    {
      ...l7,
      setting: wanted(settings.lbMethod, 'SOURCE_IP_PORT'),
      what: 'a choice of how members are chosen',
    },
    { ...l7, setting: wanted(settings.connectionLimit, -1), severity: 'warning', what: 'connection limits' },
    { ...timeouts, setting: settings.timeoutClientData },
    { ...timeouts, setting: settings.timeoutMemberConnect },
    { ...timeouts, setting: settings.timeoutMemberData },
    { ...timeouts, setting: settings.timeoutTcpInspect },
    { ...timeouts, setting: settings.idleTimeout },
    {
      setting: settings.flavorId,
      able: features.flavors,
      severity: 'warning',
      what: 'flavors',
      needs: 'API 2.6, not ovn',
    },
    {
      setting: settings.availabilityZone,
      able: features.availabilityZones,
      severity: 'warning',
      what: 'availability zones',
      needs: 'API 2.14, not ovn',
    },
    {
      setting: settings.tlsPolicy,
      able: features.tlsVersions,
      severity: 'error',
      what: 'a choice of TLS versions',
      needs: 'API 2.17, not ovn',
    },
  ]
  const seen = `the driver ${provider} with API 2.${minor}`
  return [
    ...(features.tags
      ? []
      : [
          error(
            'LB_OPENSTACK_VERSION',
            'spec.type',
            `${seen} has no tags, so nothing could say whose an object is`,
            {
              value: `2.${minor}`,
              accepted: 'API 2.5 or newer',
            },
          ),
        ]),
    ...lacks.flatMap(({ setting, able, severity, what, needs }) => {
      if (setting === undefined || able) return []
      const say = severity === 'error' ? error : warning
      return say('LB_OPENSTACK_FEATURE', setting.path, `${seen} does not have ${what}`, {
        value: setting.raw,
        accepted: needs,
        hint: 'remove the annotation',
      })
    }),
  ]
}

/** A header and a preamble both tell the client's address; Octavia does one of them. */
function headerAndProxy({ settings: { forwardedFor, proxyProtocol } }: Checked): readonly Problem[] {
  if (forwardedFor?.value !== true || proxyProtocol === undefined || proxyProtocol.value === 'off') return []
  return [
    error(
      'LB_OPENSTACK_PROXY_HEADERS',
      forwardedFor.path,
      `X-Forwarded-For and PROXY protocol exclude each other, and ${proxyProtocol.key} asks for the latter`,
      {
        value: forwardedFor.raw,
        accepted: 'one of the two',
        hint: `remove ${forwardedFor.key} or ${proxyProtocol.key}`,
      },
    ),
  ]
}

const reference = /^https?:\/\/[^/\s]+(?:\/[^\s]*)?\/v1\/(?:containers|secrets)\/[0-9a-f-]{36}\/?$/

const bare = (ref: string): string => ref.replace(/\/$/, '')

function certificateProblems({ settings, config, context }: Checked): readonly Problem[] {
  const setting = settings.certificates
  if (setting === undefined || config.containerStore === 'external') return []
  const known = factOf(context.facts, containers)
  if (factOf(context.facts, octavia)?.keyManager === false)
    return [
      error(
        'LB_OPENSTACK_KEY_MANAGER',
        setting.path,
        'the cloud has no key manager, so nothing keeps the certificate',
        {
          value: setting.raw,
          hint: 'set openstack.containerStore to external if Octavia takes it from elsewhere',
        },
      ),
    ]
  return setting.value.flatMap((ref) => {
    const details = {
      value: ref,
      accepted: 'https://HOST/v1/containers/UUID or https://HOST/v1/secrets/UUID',
    }
    if (!reference.test(ref))
      return error(
        'LB_OPENSTACK_CONTAINER',
        setting.path,
        'this is no reference to a container or secret of Barbican',
        {
          ...details,
          hint: '`openstack secret container list` shows them',
        },
      )
    return known === undefined || known.map(bare).includes(bare(ref))
      ? []
      : error(
          'LB_OPENSTACK_CONTAINER',
          setting.path,
          'Barbican has no container or secret of this reference',
          details,
        )
  })
}

function addressProblems({ lb, settings, vip, internal }: Checked): readonly Problem[] {
  const field = lb.requestedAddress
  const portable = settings.address
  if (field !== undefined && portable !== undefined && field.value !== portable.value)
    return [
      error(
        'LB_ANNOTATION_CONFLICT',
        portable.path,
        `this asks for something else than ${field.path}: ${field.value}`,
        {
          value: portable.raw,
          accepted: 'one of the two, or the same in both',
          hint: `remove ${portable.key} or ${field.path}`,
        },
      ),
    ]
  const address = field ?? portable
  if (address === undefined) return []
  const parsed = parseAddress(address.value)
  const [family] = lb.families
  if (parsed.ok && family !== undefined && parsed.value.family !== family)
    return [
      error('LB_OPENSTACK_ADDRESS', address.path, `the load balancer has ${family} addresses only`, {
        value: address.value,
        accepted: `an ${family} address`,
      }),
    ]
  if (vip.subnet === undefined || (!internal && family === 'IPv4') || holds(vip.subnet, address.value))
    return []
  return [
    error(
      'LB_OPENSTACK_ADDRESS',
      address.path,
      `the address is outside ${vip.subnet.cidr}, the range of its subnet ${vip.subnet.id}`,
      {
        value: address.value,
        accepted: `an address of ${vip.subnet.cidr}`,
      },
    ),
  ]
}

function portProblems({ settings, vip, context }: Checked): readonly Problem[] {
  const { portId, subnetId, networkId } = settings
  const network_ = vip.spec['vip_network_id']
  const known = factOf(context.facts, network)
  if (portId === undefined) {
    const wrong = vip.subnet !== undefined && network_ !== undefined && vip.subnet.networkId !== network_
    return wrong && known !== undefined
      ? [
          error(
            'LB_OPENSTACK_SUBNET',
            (subnetId ?? networkId)?.path ?? 'spec.type',
            `the subnet ${vip.subnet.id} is in network ${vip.subnet.networkId}, not in ${plainText(network_)}`,
            {
              value: vip.subnet.id,
              hint: 'name a subnet of that network, or only one of the two',
            },
          ),
        ]
      : []
  }
  const all = factOf(context.facts, ports)
  const port = all?.find(({ id }) => id === portId.value)
  if (all !== undefined && port === undefined)
    return [
      error('LB_OPENSTACK_PORT', portId.path, `the project has no port ${portId.value}`, {
        value: portId.value,
        accepted: 'a port in the facts',
      }),
    ]
  const odd = [
    subnetId !== undefined && port?.addresses.every((one) => one.subnetId !== subnetId.value) === true
      ? subnetId
      : undefined,
    networkId !== undefined && port !== undefined && port.networkId !== networkId.value
      ? networkId
      : undefined,
  ]
  return odd.flatMap((setting) =>
    setting === undefined
      ? []
      : error('LB_OPENSTACK_PORT', setting.path, `the port ${portId.value} is elsewhere`, {
          value: setting.raw,
          hint: `remove ${setting.key}: the port decides`,
        }),
  )
}

function zoneProblems({ settings: { availabilityZone }, context }: Checked): readonly Problem[] {
  const zones = factOf(context.facts, octavia)?.availabilityZones
  if (availabilityZone === undefined || zones === undefined || zones.includes(availabilityZone.value))
    return []
  return [
    error(
      'LB_OPENSTACK_ZONE',
      availabilityZone.path,
      `Octavia has no availability zone ${availabilityZone.value}`,
      {
        value: availabilityZone.value,
        accepted: zones.length === 0 ? 'none: it has no zones' : zones.toSorted().join(', '),
      },
    ),
  ]
}
