import type { Action as ForwardAction, Certificate } from '@aws-sdk/client-elastic-load-balancing-v2'
import { fault, invalid, misconfigured } from '../fault.ts'
import type { Forward, Listener, LoadBalancer } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { inRange, oneOf } from './checks.ts'
import { targetGroupAt, usersOf } from './find.ts'
import { checkPolicy, defaultPolicy } from './ssl-policies.ts'
import { checkTargetQuota } from './target-quota.ts'

const networkProtocols = ['TLS', 'TCP', 'TCP_UDP', 'UDP', 'QUIC', 'TCP_QUIC'] as const
const applicationProtocols = ['HTTPS', 'HTTP'] as const

/** Listener protocol -> protocols of the target groups it may send to. */
const compatible: Readonly<Record<string, readonly string[]>> = {
  TCP: ['TCP', 'TCP_UDP'],
  UDP: ['UDP', 'TCP_UDP'],
  TCP_UDP: ['TCP_UDP'],
  TLS: ['TCP', 'TLS'],
  QUIC: ['QUIC', 'TCP_QUIC'],
  TCP_QUIC: ['TCP_QUIC'],
  HTTP: ['HTTP', 'HTTPS'],
  HTTPS: ['HTTP', 'HTTPS'],
}

const alpnPolicies = new Set(['HTTP1Only', 'HTTP2Only', 'HTTP2Optional', 'HTTP2Preferred', 'None'])

export function checkProtocol(balancer: LoadBalancer, protocol: string): string {
  const allowed: readonly string[] = balancer.type === 'network' ? networkProtocols : applicationProtocols
  oneOf('Listener protocol', protocol, allowed)
  refuseUdpOnDualstack(balancer, protocol)
  return protocol
}

/** Datagrams over IPv6 need the load balancer to have a prefix of source addresses. */
export function refuseUdpOnDualstack(balancer: LoadBalancer, protocol: string): void {
  if (balancer.ipAddressType === 'dualstack' && /UDP/.test(protocol) && balancer.sourceNat !== 'on')
    throw misconfigured(
      `Listener protocol '${protocol}' needs EnablePrefixForIpv6SourceNat on a dualstack load balancer`,
    )
}

export function readForwards(
  world: World,
  balancer: LoadBalancer,
  protocol: string,
  actions: readonly ForwardAction[] | undefined,
): Pick<Listener, 'forwards' | 'stickySeconds'> {
  const [action, ...more] = actions ?? []
  if (action === undefined || more.length > 0) throw invalid('Exactly one default action must be specified')
  if (action.Type !== 'forward')
    throw fault(
      'InvalidLoadBalancerAction',
      `Action type '${action.Type ?? ''}' is not served for this load balancer type`,
    )
  const forwards = readTuples(action)
  for (const forward of forwards) checkTargetGroup(world, balancer, protocol, forward.targetGroupArn)
  checkTargetQuota(
    world,
    balancer,
    forwards.map((forward) => forward.targetGroupArn),
  )
  return { forwards, ...readStickiness(action) }
}

function readStickiness({ ForwardConfig: config }: ForwardAction): Pick<Listener, 'stickySeconds'> {
  const sticky = config?.TargetGroupStickinessConfig
  if (sticky?.Enabled !== true) return {}
  if (sticky.DurationSeconds === undefined)
    throw invalid('Target group stickiness duration must be specified when stickiness is enabled')
  return { stickySeconds: inRange('Target group stickiness duration', sticky.DurationSeconds, 1, 604_800) }
}

function readTuples(action: ForwardAction): Forward[] {
  const tuples = action.ForwardConfig?.TargetGroups ?? []
  if (action.TargetGroupArn !== undefined) {
    if (tuples.length > 1 || (tuples[0] !== undefined && tuples[0].TargetGroupArn !== action.TargetGroupArn))
      throw invalid('You can specify a target group ARN or a forward configuration that names just it')
    return [{ targetGroupArn: action.TargetGroupArn, weight: tuples[0]?.Weight ?? 1 }]
  }
  if (tuples.length === 0) throw invalid('A target group ARN must be specified')
  if (tuples.length > 5) throw fault('TooManyTargetGroups', 'An action can name at most 5 target groups')
  return tuples.map((tuple) => ({
    targetGroupArn: tuple.TargetGroupArn ?? '',
    weight: inRange('Weight', tuple.Weight ?? 1, 0, 999),
  }))
}

function checkTargetGroup(world: World, balancer: LoadBalancer, protocol: string, arn: string): void {
  const group = targetGroupAt(world, arn)
  if (compatible[protocol]?.includes(group.protocol) !== true)
    throw fault(
      'IncompatibleProtocols',
      `The listener and its associated target group '${arn}' have incompatible protocols`,
    )
  if (group.vpcId !== balancer.vpcId)
    throw misconfigured(`The target group '${arn}' is not in the VPC of the load balancer`)
  if (group.ipAddressType === 'ipv6' && balancer.ipAddressType !== 'dualstack')
    throw misconfigured('An IPv6 target group needs a dualstack load balancer')
  if (usersOf(world, arn).some((user) => user !== balancer.arn))
    throw fault(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    )
}

type Security = Pick<Listener, 'sslPolicy' | 'certificates' | 'alpn'>

interface SecurityInput {
  readonly SslPolicy?: string | undefined
  readonly Certificates?: readonly Certificate[] | undefined
  readonly AlpnPolicy?: readonly string[] | undefined
}

/** What belongs to TLS, after a create or a modify; a listener that is no longer TLS loses all of it. */
export function readSecurity(
  world: World,
  protocol: string,
  input: SecurityInput,
  present?: Security,
): Security {
  const [certificate, ...more] = input.Certificates ?? []
  if (protocol !== 'TLS' && protocol !== 'HTTPS') {
    if (input.SslPolicy !== undefined || certificate !== undefined)
      throw invalid(`SSL policies and certificates cannot be specified for ${protocol} listeners`)
    if (input.AlpnPolicy !== undefined)
      throw misconfigured(`ALPN policy is not supported for ${protocol} listeners`)
    return { certificates: [] }
  }
  if (more.length > 0) throw invalid('Exactly one default certificate must be specified')
  if (certificate?.IsDefault !== undefined) throw invalid('IsDefault cannot be specified here')
  const standard =
    certificate === undefined ? present?.certificates[0] : checkCertificate(world, certificate.CertificateArn)
  if (standard === undefined) throw invalid(`A certificate must be specified for ${protocol} listeners`)
  const alpn = readAlpn(protocol, input.AlpnPolicy) ?? present?.alpn
  return {
    sslPolicy:
      input.SslPolicy === undefined ? (present?.sslPolicy ?? defaultPolicy) : checkPolicy(input.SslPolicy),
    certificates: [standard, ...(present?.certificates.slice(1) ?? []).filter((arn) => arn !== standard)],
    ...(alpn === undefined || alpn === 'None' ? {} : { alpn }),
  }
}

function readAlpn(protocol: string, policies: readonly string[] | undefined): string | undefined {
  if (policies === undefined) return undefined
  if (protocol !== 'TLS') throw misconfigured(`ALPN policy is not supported for ${protocol} listeners`)
  if (policies.length !== 1) throw invalid('Exactly one ALPN policy must be specified')
  const policy = policies[0] ?? ''
  if (!alpnPolicies.has(policy))
    throw fault('ALPNPolicyNotFound', `The specified ALPN policy '${policy}' is not supported`)
  return policy
}

/** A certificate of another region or account is as unknown as one that never was. */
export function checkCertificate(world: World, arn: string | undefined): string {
  if (arn === undefined || !world.certificates.has(arn))
    throw fault('CertificateNotFound', `Certificate '${arn ?? ''}' not found`)
  return arn
}
