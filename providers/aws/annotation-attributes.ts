import { fail, ok } from '../../src/lib/result.ts'
import type { ValueType } from '../../src/model/annotations.ts'
import { choice } from '../../src/model/value-choice.ts'
import { integer } from '../../src/model/value-integer.ts'
import { map, type TextMap } from '../../src/model/value-map.ts'

const onOff = choice(['true', 'false'])
const seconds = (min: number, max: number) => integer({ min, max, unit: 'seconds' })

const ofTargetGroups = {
  'deregistration_delay.timeout_seconds': seconds(0, 3600),
  'deregistration_delay.connection_termination.enabled': onOff,
  'preserve_client_ip.enabled': onOff,
  'proxy_protocol_v2.enabled': onOff,
  'stickiness.enabled': onOff,
  'stickiness.type': choice(['source_ip', 'lb_cookie', 'app_cookie']),
  'load_balancing.cross_zone.enabled': choice(['true', 'false', 'use_load_balancer_configuration']),
  'target_health_state.unhealthy.connection_termination.enabled': onOff,
  'target_health_state.unhealthy.draining_interval_seconds': seconds(0, 360_000),
}

export const targetGroupAttributes = map({
  accepts: 'key=value pairs between commas, keys as in the ELBv2 API: preserve_client_ip.enabled=true,...',
  known: ofTargetGroups,
  commaInValue: false,
})

/** Nothing after the `=` keeps what holds for all ports. */
const orNothing = (type: ValueType<unknown>): ValueType<unknown> => ({
  ...type,
  parse: (text) => (text === '' ? ok('') : type.parse(text)),
})

export const portAttributes = map({
  accepts:
    'key=value pairs between commas, keys as in the ELBv2 API; an empty value keeps what all ports have',
  known: Object.fromEntries(Object.entries(ofTargetGroups).map(([key, type]) => [key, orNothing(type)])),
  commaInValue: false,
})

export const loadBalancerAttributes = map({
  accepts: 'key=value pairs between commas, keys as in the ELBv2 API: deletion_protection.enabled=true,...',
  known: {
    'deletion_protection.enabled': onOff,
    'load_balancing.cross_zone.enabled': onOff,
    'access_logs.s3.enabled': onOff,
    'ipv6.deny_all_igw_traffic': onOff,
    'zonal_shift.config.enabled': onOff,
    'dns_record.client_routing_policy': choice([
      'availability_zone_affinity',
      'partial_availability_zone_affinity',
      'any_availability_zone',
    ]),
    'secondary_ips.auto_assigned.per_subnet': integer({ min: 0, max: 7 }),
  },
  commaInValue: false,
})

export const listenerAttributes = map({
  accepts: 'key=value pairs between commas, keys as in the ELBv2 API: tcp.idle_timeout.seconds=400',
  known: { 'tcp.idle_timeout.seconds': seconds(60, 6000) },
  commaInValue: false,
})

export const capacityUnits: ValueType<number> = {
  name: 'capacity',
  accepts: 'CapacityUnits=n, where 0 gives the reservation back',
  parse(text) {
    const found = /^\s*CapacityUnits\s*=\s*(?<units>\d+)\s*$/.exec(text)?.groups?.['units']
    return found === undefined
      ? fail({ code: 'LB_ANNOTATION_MAP', message: `${JSON.stringify(text)} is no reservation of capacity` })
      : ok(Number(found))
  },
}

/** Tags that controllers find their objects by; a Service must not forge them. */
const reserved = [
  'aws:',
  'lb-controller.io/',
  'kubernetes.io/cluster/',
  'kubernetes.io/service-name',
  'elbv2.k8s.aws/',
  'service.k8s.aws/',
]

const tagOptions = {
  accepts: 'key=value pairs between commas; letters, digits, blanks and + - = . _ : / @',
  maxPairs: 40,
  check(key: string, value: string): string | undefined {
    const owner = reserved.find((start) => key.toLowerCase().startsWith(start))
    if (owner !== undefined) return `tags that begin with "${owner}" are not for a Service to set`
    if (key.length > 128) return `the tag key ${JSON.stringify(key)} is longer than 128 characters`
    if (value.length > 256) return `the value of tag ${JSON.stringify(key)} is longer than 256 characters`
    if (!/^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u.test(key + value))
      return `tag ${JSON.stringify(key)} holds a character that AWS does not allow`
    return undefined
  },
}

export const resourceTags = map(tagOptions)

/** Pairs that were read as the portable key writes them, held to the rules of AWS. */
export function checkedTags(pairs: TextMap): ReturnType<ValueType<TextMap>['parse']> {
  for (const [key, value] of Object.entries(pairs)) {
    const message = tagOptions.check(key, value)
    if (message !== undefined) return fail({ code: 'LB_ANNOTATION_MAP', message })
  }
  return ok(pairs)
}
