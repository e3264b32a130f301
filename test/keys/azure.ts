import { createBlueprint } from '../../providers/azure/blueprint.ts'
import type { NodeObject } from '../../src/model/objects.ts'
import type { CloudKeys, KeyCase } from './key-case.ts'

const beta = 'service.beta.kubernetes.io/'
const own = `${beta}azure-`
const portable = 'lb-controller.io/'
const subscription = '00000000-0000-0000-0000-000000000001'
const prefix = `/subscriptions/${subscription}/resourceGroups/shop/providers/Microsoft.Network/publicIPPrefixes/`

const node = (name: string, last: number): NodeObject => ({
  metadata: { name },
  spec: {
    providerID: `azure:///subscriptions/${subscription}/x/virtualMachineScaleSets/pool/virtualMachines/${last}`,
  },
  status: {
    addresses: [
      { type: 'InternalIP', address: `10.0.1.${last}` },
      { type: 'InternalIP', address: `fd00:10::${last}` },
    ],
  },
})

const inside = { [`${own}load-balancer-internal`]: 'true' }
const link = { ...inside, [`${own}pls-create`]: 'true' }
const http = { [`${own}load-balancer-health-probe-protocol`]: 'Http' }
const ranges = { loadBalancerSourceRanges: ['10.0.0.0/8'] }
const dual = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }

const addresses: readonly KeyCase[] = [
  { key: `${own}load-balancer-internal`, value: 'true' },
  { key: `${portable}internal`, value: 'true' },
  { key: `${own}load-balancer-internal-subnet`, value: 'front', beside: inside },
  { key: `${portable}subnets`, value: 'front', beside: inside },
  { key: `${own}load-balancer-ipv4`, value: '203.0.113.10' },
  { key: `${own}load-balancer-ipv4`, value: '10.0.1.200', beside: inside, shows: 'internal' },
  { key: `${own}load-balancer-ipv6`, value: 'fd00:10::200', beside: inside, spec: dual },
  { key: `${portable}address`, value: '203.0.113.10' },
  { key: `${portable}address`, value: 'shop-ip', shows: 'by-name' },
  { key: `${own}load-balancer-resource-group`, value: 'addresses' },
  { key: `${own}pip-name`, value: 'shop-ip' },
  { key: `${own}pip-name-ipv6`, value: 'shop-ip6', spec: dual },
  { key: `${own}pip-prefix-id`, value: `${prefix}shop` },
  { key: `${own}pip-prefix-id-ipv6`, value: `${prefix}shop6`, spec: dual },
  { key: `${own}pip-tags`, value: 'team=shop' },
  { key: `${portable}tags`, value: 'team=shop' },
  { key: `${own}pip-ip-tags`, value: 'RoutingPreference=Internet' },
  { key: `${own}dns-label-name`, value: 'shop' },
  { key: `${own}additional-public-ips`, value: '203.0.113.20' },
  { key: `${own}disable-load-balancer-floating-ip`, value: 'true' },
]

const rules: readonly KeyCase[] = [
  { key: `${own}load-balancer-configurations`, value: 'Back' },
  { key: `${portable}group`, value: 'back' },
  { key: `${own}load-balancer-tcp-idle-timeout`, value: '30' },
  { key: `${portable}idle-timeout`, value: '600' },
  { key: `${own}load-balancer-disable-tcp-reset`, value: 'true' },
  { key: `${own}load-balancer-enable-high-availability-ports`, value: 'true', beside: inside },
]

const access: readonly KeyCase[] = [
  { key: `${own}allowed-service-tags`, value: 'AzureFrontDoor.Backend' },
  { key: `${own}allowed-ip-ranges`, value: '10.0.0.0/8' },
  { key: `${own}deny-all-except-load-balancer-source-ranges`, value: 'true', spec: ranges },
  { key: `${own}disable-load-balancer-nsg-rule`, value: 'true' },
  { key: `${beta}load-balancer-source-ranges`, value: '10.0.0.0/8' },
  { key: `${portable}source-ranges`, value: '10.0.0.0/8' },
]

const probes: readonly KeyCase[] = [
  { key: `${own}load-balancer-health-probe-protocol`, value: 'http' },
  { key: `${portable}health-check-protocol`, value: 'HTTPS' },
  { key: `${own}load-balancer-health-probe-interval`, value: '10' },
  { key: `${portable}health-check-interval`, value: '10' },
  { key: `${own}load-balancer-health-probe-num-of-probe`, value: '3' },
  { key: `${portable}health-check-unhealthy-threshold`, value: '3' },
  { key: `${own}load-balancer-health-probe-request-path`, value: '/ready', beside: http },
  { key: `${portable}health-check-path`, value: '/ready', beside: http },
  { key: `${portable}health-check-port`, value: '10256' },
  { key: `${beta}port_80_health-probe_protocol`, value: 'Http' },
  { key: `${beta}port_80_health-probe_port`, value: '10256' },
  { key: `${beta}port_80_health-probe_interval`, value: '10' },
  { key: `${beta}port_80_health-probe_num-of-probe`, value: '3' },
  { key: `${beta}port_80_health-probe_request-path`, value: '/ready', beside: http },
  { key: `${beta}port_80_no_probe_rule`, value: 'true' },
  {
    key: `${beta}port_443_no_lb_rule`,
    value: 'true',
    spec: {
      ports: [
        { name: 'http', protocol: 'TCP', port: 80, nodePort: 30_080 },
        { name: 'https', protocol: 'TCP', port: 443, nodePort: 30_443 },
      ],
    },
  },
]

const links: readonly KeyCase[] = [
  { key: `${own}pls-create`, value: 'true', beside: inside },
  { key: `${own}pls-name`, value: 'shop-link', beside: link },
  { key: `${own}pls-resource-group`, value: 'links', beside: link },
  { key: `${own}pls-ip-configuration-subnet`, value: 'front', beside: link },
  { key: `${own}pls-ip-configuration-ip-address-count`, value: '2', beside: link },
  { key: `${own}pls-ip-configuration-ip-address`, value: '10.0.1.9', beside: link },
  { key: `${own}pls-fqdns`, value: 'shop.example.com', beside: link },
  { key: `${own}pls-visibility`, value: '*', beside: link },
  {
    key: `${own}pls-auto-approval`,
    value: subscription,
    beside: { ...link, [`${own}pls-visibility`]: '*' },
  },
  { key: `${own}pls-proxy-protocol`, value: 'true', beside: link },
  { key: `${portable}proxy-protocol`, value: 'true', beside: link },
]

export const azure: CloudKeys = {
  blueprint: createBlueprint({
    securityGroup: 'nodes',
    subnet: 'nodes',
    loadBalancers: [
      { name: 'kubernetes' },
      { name: 'back', nodeSelector: { matchLabels: { pool: 'back' } } },
    ],
  }),
  world: {
    cluster: { name: 'kubernetes', uid: 'cccccccc-0000-0000-0000-000000000000' },
    nodes: [node('node-1', 11), node('node-2', 12)],
    facts: {
      subscription,
      resourceGroup: 'shop',
      location: 'westeurope',
      zones: ['1', '2', '3'],
      virtualNetwork: {
        name: 'shop',
        subnets: [
          { name: 'nodes', ranges: ['10.0.1.0/24', 'fd00:10::/64'] },
          { name: 'front', ranges: ['10.0.9.0/24'] },
        ],
      },
      publicIPs: [
        { name: 'shop-ip', ipAddress: '203.0.113.10', version: 'IPv4', sku: 'Standard' },
        { name: 'shop-ip6', ipAddress: '2001:db8::10', version: 'IPv6', sku: 'Standard' },
      ],
    },
  },
  cases: [...addresses, ...rules, ...access, ...probes, ...links],
}
