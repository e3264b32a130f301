import type { KeyCase } from './key-case.ts'

const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'
const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012'

const classic = { [`${prefix}type`]: 'classic' }
const on = (key: string, value: string, beside: Readonly<Record<string, string>> = {}): KeyCase => ({
  key: key.includes('/') ? key : prefix + key,
  value,
  beside: { ...classic, ...beside },
  shows: 'classic',
})

const logs = {
  [`${prefix}access-log-enabled`]: 'true',
  [`${prefix}access-log-s3-bucket-name`]: 'logs',
}

/** Keys at work on a Classic Load Balancer. */
const ofClassic: readonly KeyCase[] = [
  { key: `${prefix}type`, value: 'classic', shows: 'classic' },
  on('backend-protocol', 'http'),
  on('ssl-cert', certificate),
  on('ssl-negotiation-policy', 'ELBSecurityPolicy-TLS-1-2-2017-01', { [`${prefix}ssl-cert`]: certificate }),
  on('proxy-protocol', '*'),
  on('access-log-emit-interval', '5', logs),
  on('connection-draining-enabled', 'true'),
  on('connection-draining-timeout', '60', { [`${prefix}connection-draining-enabled`]: 'true' }),
  on('connection-idle-timeout', '120'),
  on('lb-controller.io/idle-timeout', '120'),
  on('cross-zone-load-balancing-enabled', 'true'),
  on('healthcheck-port', '10256'),
  on('security-groups', 'sg-0a1b2c3d4e5f60718'),
  on('extra-security-groups', 'sg-0a1b2c3d4e5f60718'),
]

/** Keys at work on an application load balancer. */
const ofApplication: readonly KeyCase[] = [
  { key: `${prefix}backend-protocol`, value: 'http', shows: 'application' },
  {
    key: `${prefix}connection-idle-timeout`,
    value: '120',
    beside: { [`${prefix}backend-protocol`]: 'http' },
    shows: 'application',
  },
]

export const classicCases: readonly KeyCase[] = [...ofClassic, ...ofApplication]
