import { fail, ok } from '../../src/lib/result.ts'
import type { ValueType } from '../../src/model/annotations.ts'
import { choice } from '../../src/model/value-choice.ts'
import { integer } from '../../src/model/value-integer.ts'
import { map } from '../../src/model/value-map.ts'

export interface Certificate {
  readonly arn: string
  readonly service: 'acm' | 'iam'
  /** ACM certificates serve only the load balancers of their own region; IAM's serve all. */
  readonly region?: string
  readonly account: string
}

const acm =
  /^arn:aws[a-z-]*:acm:(?<region>[a-z]{2}(?:-[a-z]+)+-\d+):(?<account>\d{12}):certificate\/[A-Za-z0-9-]+$/
const iam = /^arn:aws[a-z-]*:iam::(?<account>\d{12}):server-certificate\/[\w+=,.@/-]+$/

export const certificate: ValueType<Certificate> = {
  name: 'certificate ARN',
  accepts: 'arn:aws:acm:REGION:ACCOUNT:certificate/ID or arn:aws:iam::ACCOUNT:server-certificate/NAME',
  parse(arn) {
    const ofAcm = acm.exec(arn)?.groups
    if (ofAcm !== undefined)
      return ok({ arn, service: 'acm', region: String(ofAcm['region']), account: String(ofAcm['account']) })
    const ofIam = iam.exec(arn)?.groups
    if (ofIam !== undefined) return ok({ arn, service: 'iam', account: String(ofIam['account']) })
    return fail({
      code: 'LB_CERTIFICATE_ARN',
      message: `${JSON.stringify(arn)} is not the ARN of a certificate`,
      hint: arn.startsWith('arn:')
        ? partHint(arn)
        : 'an ARN begins with "arn:"; `aws acm list-certificates` shows them',
    })
  },
}

/** Names the first part of an ARN that is wrong. */
function partHint(arn: string): string {
  const [, partition = '', service = '', region = '', account = '', resource = ''] = arn.split(':')
  if (!/^aws[a-z-]*$/.test(partition))
    return `the part after "arn:" is a partition such as "aws", not "${partition}"`
  if (service !== 'acm' && service !== 'iam') return `the service is "acm" or "iam", not "${service}"`
  if (service === 'acm' && !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) return `"${region}" is not a region`
  if (service === 'iam' && region !== '') return 'ARNs of iam have no region: two colons follow "iam"'
  if (!/^\d{12}$/.test(account)) return `the account has 12 digits, "${account}" has not`
  const word = service === 'acm' ? 'certificate/' : 'server-certificate/'
  return resource.startsWith(word)
    ? `"${resource}" is no valid name of a certificate`
    : `the last part begins with "${word}"`
}

export type HealthCheckPort =
  | { readonly is: 'traffic-port' }
  | { readonly is: 'number'; readonly port: number }
  | { readonly is: 'name'; readonly name: string }

export const healthCheckPort: ValueType<HealthCheckPort> = {
  name: 'health check port',
  accepts: '"traffic-port", a port number from 1 to 65535, or the name of a port of the Service',
  parse(text) {
    const value = text.trim()
    if (value === 'traffic-port') return ok({ is: 'traffic-port' })
    if (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65535)
      return ok({ is: 'number', port: Number(value) })
    if (/^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) return ok({ is: 'name', name: value })
    return fail({
      code: 'LB_ANNOTATION_PORTS',
      message: `${JSON.stringify(text)} is no port to check health on`,
    })
  },
}

const onOff = choice(['true', 'false'])

export const targetGroupAttributes = map({
  accepts: 'key=value pairs between commas, keys as in the ELBv2 API: preserve_client_ip.enabled=true,...',
  known: {
    'deregistration_delay.timeout_seconds': integer({ min: 0, max: 3600, unit: 'seconds' }),
    'deregistration_delay.connection_termination.enabled': onOff,
    'preserve_client_ip.enabled': onOff,
    'proxy_protocol_v2.enabled': onOff,
    'stickiness.enabled': onOff,
    'stickiness.type': choice(['source_ip']),
    'load_balancing.cross_zone.enabled': choice(['true', 'false', 'use_load_balancer_configuration']),
    'target_health_state.unhealthy.connection_termination.enabled': onOff,
    'target_health_state.unhealthy.draining_interval_seconds': integer({
      min: 0,
      max: 360_000,
      unit: 'seconds',
    }),
  },
})

/** Tags that controllers find their objects by; a Service must not forge them. */
const reserved = [
  'aws:',
  'lb-controller.io/',
  'kubernetes.io/cluster/',
  'kubernetes.io/service-name',
  'elbv2.k8s.aws/',
  'service.k8s.aws/',
]

export const resourceTags = map({
  accepts: 'key=value pairs between commas; letters, digits, blanks and + - = . _ : / @',
  maxPairs: 40,
  check(key, value) {
    const owner = reserved.find((start) => key.toLowerCase().startsWith(start))
    if (owner !== undefined) return `tags that begin with "${owner}" are not for a Service to set`
    if (key.length > 128) return `the tag key ${JSON.stringify(key)} is longer than 128 characters`
    if (value.length > 256) return `the value of tag ${JSON.stringify(key)} is longer than 256 characters`
    if (!/^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u.test(key + value))
      return `tag ${JSON.stringify(key)} holds a character that AWS does not allow`
    return undefined
  },
})
