import type {
  CreateLoadBalancerPolicyInput,
  DeleteLoadBalancerPolicyInput,
  DescribeLoadBalancerPoliciesInput,
  DescribeLoadBalancerPoliciesOutput,
  SetLoadBalancerPoliciesForBackendServerInput,
  SetLoadBalancerPoliciesOfListenerInput,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import { checkPolicy } from '../elbv2/ssl-policies.ts'
import type { ClassicLoadBalancer } from '../state/classic.ts'
import { balancerNamed, put, refused } from './find.ts'
import { changeListener } from './listeners.ts'

const ofTls = 'SSLNegotiationPolicyType'
const ofProxy = 'ProxyProtocolPolicyType'

type Attributes = Readonly<Record<string, string>>

/** What each type of policy takes. */
const types: Readonly<Record<string, (attributes: Attributes) => void>> = {
  [ofProxy]({ ProxyProtocol, ...more }) {
    if (!/^(true|false)$/.test(ProxyProtocol ?? '') || Object.keys(more).length > 0)
      throw refused('The policy takes the attribute ProxyProtocol alone, which is true or false')
  },
  [ofTls]({ 'Reference-Security-Policy': reference, ...more }) {
    if (reference === undefined || Object.keys(more).length > 0)
      throw refused('Policies of protocols and ciphers one by one are not served here')
    try {
      checkPolicy(reference)
    } catch {
      throw refused(`Reference-Security-Policy '${reference}' is not a predefined policy`)
    }
  },
}

const createPolicy: Action<CreateLoadBalancerPolicyInput, object> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const { PolicyName: name = '', PolicyTypeName: type = '' } = input
  const check = types[type]
  if (!/^[A-Za-z0-9-]{1,255}$/.test(name))
    throw invalid(`Policy name '${name}' must be alphanumeric characters and dashes`)
  if (check === undefined) throw fault('PolicyTypeNotFound', `There is no policy type '${type}'`)
  const attributes = Object.fromEntries(
    (input.PolicyAttributes ?? []).map((one) => [one.AttributeName ?? '', one.AttributeValue ?? '']),
  )
  check(attributes)
  if (balancer.policies[name] !== undefined)
    throw fault('DuplicatePolicyName', `Policy '${name}' already exists`)
  put(world, balancer, { policies: { ...balancer.policies, [name]: { type, attributes } } })
  return {}
}

/** What is not there is gone already; what is in use stays. */
const deletePolicy: Action<DeleteLoadBalancerPolicyInput, object> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const name = input.PolicyName ?? ''
  const users = [
    ...balancer.listeners.map((listener) => listener.policies),
    ...Object.values(balancer.backends),
  ]
  if (users.some((names) => names.includes(name)))
    throw refused(`The policy '${name}' is enabled for a listener or an instance port`)
  const { [name]: _gone, ...policies } = balancer.policies
  put(world, balancer, { policies })
  return {}
}

function checked(balancer: ClassicLoadBalancer, names: readonly string[], type: string): readonly string[] {
  for (const name of names) {
    const policy = balancer.policies[name]
    if (policy === undefined) throw fault('PolicyNotFound', `There is no policy '${name}'`)
    if (policy.type !== type) throw refused(`A policy of type ${policy.type} cannot be set here`)
  }
  return names
}

const setOfListener: Action<SetLoadBalancerPoliciesOfListenerInput, object> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  changeListener(world, balancer, input.LoadBalancerPort, (listener) => {
    const policies = checked(balancer, input.PolicyNames ?? [], ofTls)
    if (policies.length > 1) throw refused('A listener has one policy for the negotiation of TLS')
    if (policies.length > 0 && listener.certificate === undefined)
      throw refused(`A listener of protocol ${listener.protocol} does not negotiate TLS`)
    return { ...listener, policies }
  })
  return {}
}

/** Policies of a port stay when its last listener goes, and can still be taken off it. */
const setOfBackend: Action<SetLoadBalancerPoliciesForBackendServerInput, object> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const port = input.InstancePort ?? 0
  const names = checked(balancer, input.PolicyNames ?? [], ofProxy)
  const users = balancer.listeners.filter((listener) => listener.instancePort === port)
  if (names.length > 0 && users.length === 0)
    throw refused(`There is no listener for the instance port ${port}`)
  if (names.length > 0 && users.some((listener) => listener.instanceProtocol.startsWith('HTTP')))
    throw refused('PROXY protocol needs TCP or SSL to the instances')
  const { [port]: _before, ...others } = balancer.backends
  put(world, balancer, { backends: names.length === 0 ? others : { ...others, [port]: names } })
  return {}
}

const describePolicies: Action<DescribeLoadBalancerPoliciesInput, DescribeLoadBalancerPoliciesOutput> = (
  world,
  input,
) => {
  const { policies } = balancerNamed(world, input.LoadBalancerName)
  const names = input.PolicyNames ?? Object.keys(policies)
  return {
    PolicyDescriptions: names.map((name) => {
      const policy = policies[name]
      if (policy === undefined) throw fault('PolicyNotFound', `There is no policy '${name}'`)
      return {
        PolicyName: name,
        PolicyTypeName: policy.type,
        PolicyAttributeDescriptions: Object.entries(policy.attributes).map(
          ([AttributeName, AttributeValue]) => ({ AttributeName, AttributeValue }),
        ),
      }
    }),
  }
}

export const policyActions: Actions = {
  CreateLoadBalancerPolicy: createPolicy,
  DeleteLoadBalancerPolicy: deletePolicy,
  SetLoadBalancerPoliciesOfListener: setOfListener,
  SetLoadBalancerPoliciesForBackendServer: setOfBackend,
  DescribeLoadBalancerPolicies: describePolicies,
}
