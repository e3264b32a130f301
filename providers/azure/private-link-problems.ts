import { error, type Problem } from '../../src/model/problem.ts'
import type { FamilyWish, Wish } from './wish.ts'

/** The subnet of its addresses: of its own key, else that of the frontend's key, else of the configuration. */
export const linkSubnet = ({ settings, config }: Pick<Wish, 'settings' | 'config'>): string | undefined =>
  settings.plsSubnet?.value ?? settings.internalSubnet?.value ?? config.subnet

/** Why a Private Link Service cannot be as it is asked for. */
export function privateLinkProblems(wish: Wish, family: FamilyWish | undefined): readonly Problem[] {
  const { settings, config, internal } = wish
  const create = settings.plsCreate
  if (create === undefined) return []
  if (family === undefined)
    return [
      error('LB_AZURE_PRIVATE_LINK', create.path, 'a Private Link Service translates IPv4 only', {
        value: create.raw,
        accepted: 'a Service with an IPv4 address',
        hint: 'add IPv4 to spec.ipFamilies',
      }),
    ]
  const problems: Problem[] = []
  if (config.loadBalancerSku === 'basic')
    problems.push(
      error('LB_AZURE_PRIVATE_LINK', create.path, 'Basic load balancers have no Private Link Service', {
        value: create.raw,
        accepted: 'a standard load balancer',
      }),
    )
  if (!internal && family.floatingIP)
    problems.push(
      error(
        'LB_AZURE_PRIVATE_LINK',
        create.path,
        'a Private Link Service needs an internal load balancer, or one without floating IP',
        {
          value: create.raw,
          accepted: 'azure-load-balancer-internal or azure-disable-load-balancer-floating-ip',
          hint: 'set one of the two to "true"',
        },
      ),
    )
  return [...problems, ...counts(wish), ...approvals(wish), ...subnetProblems(wish)]
}

function counts({ settings }: Wish): readonly Problem[] {
  const { plsAddresses, plsAddressCount } = settings
  const fixed = plsAddresses?.value.length ?? 0
  const count = plsAddressCount?.value ?? 1
  if (plsAddresses === undefined || fixed <= count) return []
  const message = `${fixed} addresses are fixed, and the Private Link Service has ${count}`
  return [
    error('LB_AZURE_PRIVATE_LINK', plsAddresses.path, message, {
      value: plsAddresses.raw,
      accepted: `at most ${count} addresses`,
      hint: `set azure-pls-ip-configuration-ip-address-count to "${Math.min(8, fixed)}"`,
    }),
  ]
}

function approvals({ settings }: Wish): readonly Problem[] {
  const { plsVisibility, plsAutoApproval } = settings
  const visible = plsVisibility?.value ?? []
  if (plsAutoApproval === undefined || visible.includes('*')) return []
  const hidden = plsAutoApproval.value.filter((one) => !visible.includes(one))
  if (hidden.length === 0) return []
  const message = `${hidden.join(', ')} cannot see the Private Link Service whose connections it may make`
  return [
    error('LB_AZURE_PRIVATE_LINK', plsAutoApproval.path, message, {
      value: plsAutoApproval.raw,
      accepted: 'subscriptions in azure-pls-visibility',
      hint: 'add them to azure-pls-visibility',
    }),
  ]
}

/** Policies of a subnet keep Private Link Services out; we do not change subnets. */
function subnetProblems(wish: Wish): readonly Problem[] {
  const { subnets } = wish.place
  const name = linkSubnet(wish)
  const setting = wish.settings.plsSubnet
  if (subnets === undefined || name === undefined) return []
  const path = setting?.path ?? wish.settings.plsCreate?.path ?? ''
  const found = subnets.find((subnet) => subnet.name.toLowerCase() === name.toLowerCase())
  if (found === undefined)
    return [
      error('LB_AZURE_SUBNET_NOT_FOUND', path, `the virtual network has no subnet ${name}`, {
        value: name,
        accepted: subnets.map((subnet) => subnet.name).join(', '),
      }),
    ]
  if (found.privateLinkServiceNetworkPolicies !== 'Enabled') return []
  return [
    error('LB_AZURE_SUBNET_POLICIES', path, `policies of subnet ${name} keep Private Link Services out`, {
      value: name,
      accepted: 'a subnet with privateLinkServiceNetworkPolicies Disabled',
      hint: `az network vnet subnet update --name ${name} --private-link-service-network-policies Disabled ...`,
    }),
  ]
}
