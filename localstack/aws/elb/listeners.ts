import type {
  CreateLoadBalancerListenerInput,
  DeleteLoadBalancerListenerInput,
  Listener,
  SetLoadBalancerListenerSSLCertificateInput,
} from '@aws-sdk/client-elastic-load-balancing'
import { equal } from '../../../src/lib/json.ts'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import { defaultPolicy } from '../elbv2/ssl-policies.ts'
import { inRange } from '../elbv2/checks.ts'
import type { ClassicListener, ClassicLoadBalancer, ClassicPolicy } from '../state/classic.ts'
import type { World } from '../state/world.ts'
import { balancerNamed, put, refused } from './find.ts'

const secure = new Set(['HTTPS', 'SSL'])
/** Who reads requests speaks HTTP on both sides, who passes bytes on on neither. */
const readsHttp = (protocol: string): boolean => protocol === 'HTTP' || protocol === 'HTTPS'

function protocolOf(text: string, parameter: string): string {
  const protocol = text.toUpperCase()
  if (!['HTTP', 'HTTPS', 'TCP', 'SSL'].includes(protocol))
    throw invalid(`Listener ${parameter} '${text}' must be one of HTTP, HTTPS, TCP, SSL`)
  return protocol
}

function checkCertificate(world: World, arn: string): string {
  if (!world.certificates.has(arn))
    throw fault('CertificateNotFound', `Server Certificate not found for the key: ${arn}`)
  return arn
}

function read(world: World, given: Listener): ClassicListener {
  const protocol = protocolOf(given.Protocol ?? '', 'Protocol')
  const instanceProtocol = protocolOf(given.InstanceProtocol ?? protocol, 'InstanceProtocol')
  if (readsHttp(protocol) !== readsHttp(instanceProtocol))
    throw refused(`A listener cannot speak ${protocol} to clients and ${instanceProtocol} to instances`)
  const { SSLCertificateId: certificate } = given
  if (secure.has(protocol) && certificate === undefined)
    throw invalid('Secure Listeners need to specify a SSLCertificateId')
  if (!secure.has(protocol) && certificate !== undefined)
    throw invalid(`A listener of protocol ${protocol} takes no SSLCertificateId`)
  return {
    port: inRange('LoadBalancerPort', given.LoadBalancerPort ?? 0, 1, 65_535),
    protocol,
    instancePort: inRange('InstancePort', given.InstancePort ?? 0, 1, 65_535),
    instanceProtocol,
    ...(certificate === undefined ? {} : { certificate: checkCertificate(world, certificate) }),
    policies: secure.has(protocol) ? [defaultPolicy] : [],
  }
}

/** A listener that is there already with the same settings is no error and stays as it is. */
export function withListeners(
  world: World,
  present: readonly ClassicListener[],
  given: readonly Listener[],
): readonly ClassicListener[] {
  if (given.length === 0) throw invalid('At least one listener must be specified')
  const listeners = [...present]
  for (const listener of given.map((one) => read(world, one))) {
    const there = listeners.find((other) => other.port === listener.port)
    if (there === undefined) listeners.push(listener)
    else if (!equal({ ...there, policies: [] }, { ...listener, policies: [] }))
      throw fault(
        'DuplicateListener',
        `A listener already exists for port ${listener.port}, with different settings`,
      )
  }
  if (listeners.length > world.limits.listenersPerClassicLoadBalancer)
    throw refused('The maximum number of listeners has been reached')
  return listeners
}

/** The predefined policy comes with the first listener that ends TLS. */
export const standardPolicies = (
  listeners: readonly ClassicListener[],
): Readonly<Record<string, ClassicPolicy>> =>
  listeners.some((listener) => secure.has(listener.protocol))
    ? {
        [defaultPolicy]: {
          type: 'SSLNegotiationPolicyType',
          attributes: { 'Reference-Security-Policy': defaultPolicy },
        },
      }
    : {}

const createListeners: Action<CreateLoadBalancerListenerInput, object> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const listeners = withListeners(world, balancer.listeners, input.Listeners ?? [])
  const added = listeners.slice(balancer.listeners.length)
  put(world, balancer, { listeners, policies: { ...balancer.policies, ...standardPolicies(added) } })
  return {}
}

/** A port without a listener is no error. */
const deleteListeners: Action<DeleteLoadBalancerListenerInput, object> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const ports = new Set(input.LoadBalancerPorts ?? [])
  put(world, balancer, { listeners: balancer.listeners.filter((listener) => !ports.has(listener.port)) })
  return {}
}

export function changeListener(
  world: World,
  balancer: ClassicLoadBalancer,
  port: number | undefined,
  change: (listener: ClassicListener) => ClassicListener,
): void {
  const listener = balancer.listeners.find((one) => one.port === port)
  if (listener === undefined) throw fault('ListenerNotFound', `There is no listener for port ${port ?? ''}`)
  const listeners = balancer.listeners.map((one) => (one === listener ? change(one) : one))
  put(world, balancer, { listeners })
}

const setCertificate: Action<SetLoadBalancerListenerSSLCertificateInput, object> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  changeListener(world, balancer, input.LoadBalancerPort, (listener) => {
    if (!secure.has(listener.protocol))
      throw refused(`A listener of protocol ${listener.protocol} has no certificate`)
    return { ...listener, certificate: checkCertificate(world, input.SSLCertificateId ?? '') }
  })
  return {}
}

export const listenerActions: Actions = {
  CreateLoadBalancerListeners: createListeners,
  DeleteLoadBalancerListeners: deleteListeners,
  SetLoadBalancerListenerSSLCertificate: setCertificate,
}
