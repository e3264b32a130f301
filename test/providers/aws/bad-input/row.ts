import type { AwsConfig } from '../../../../providers/aws/config.ts'
import type { World } from '../../../support/plan-service.ts'

export const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'
export const at = (key: string): string => `metadata.annotations["${key.includes('/') ? key : prefix + key}"]`
export const portable = (name: string): string => `lb-controller.io/${name}`

export interface Row {
  readonly name: string
  /** Keys without a slash are those of `aws-load-balancer-`. */
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Readonly<Record<string, unknown>>
  readonly config?: Partial<AwsConfig>
  readonly world?: World
  readonly code: string
  readonly path: string
  readonly value?: string
  /** Matched against message, accepted and hint. */
  readonly says: RegExp
  readonly severity?: 'warning' | 'note'
}

export const external = { type: 'external' }
export const internal = { type: 'external', scheme: 'internal' }
export const dual = { type: 'external', 'ip-address-type': 'dualstack' }
export const nat = { ...dual, 'enable-prefix-for-ipv6-source-nat': 'on' }
export const port = (protocol: string, more: Readonly<Record<string, unknown>> = {}): object => ({
  name: protocol.toLowerCase(),
  port: 53,
  protocol,
  nodePort: 30053,
  ...more,
})
