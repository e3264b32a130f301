import * as v from 'valibot'
import { maybeText, maybeTexts, say, text } from '../../src/provider/facts-fields.ts'

const subnet = v.strictObject({
  name: text('the name of the subnet'),
  ranges: say(v.array(v.string()), 'its address ranges'),
  privateLinkServiceNetworkPolicies: say(
    v.optional(v.picklist(['Enabled', 'Disabled'])),
    'whether policies keep Private Link Services out; they have to be Disabled for those',
  ),
})

const publicIP = v.strictObject({
  name: text('the name of the public IP address'),
  resourceGroup: maybeText('its resource group, where that is not the one of the load balancer'),
  ipAddress: maybeText('the address itself, once it has one'),
  version: say(v.optional(v.picklist(['IPv4', 'IPv6'])), 'its family'),
  sku: say(v.optional(v.picklist(['Basic', 'Standard'])), 'its SKU'),
  dnsLabel: maybeText('its DNS label'),
  services: maybeTexts(
    'namespace/name of the Services in its k8s-azure-service tag; empty or left out: somebody made it by hand',
  ),
})

/** The section `azure` of a facts file. */
export const factsSchema = v.strictObject({
  subscription: maybeText('the id of the subscription'),
  resourceGroup: maybeText('the resource group of the load balancers'),
  location: maybeText('the region, such as westeurope'),
  zones: maybeTexts('the zones of the region; an empty list: it has none'),
  virtualNetwork: say(
    v.optional(
      v.strictObject({
        name: text('the name of the virtual network of the nodes'),
        resourceGroup: maybeText('its resource group, where that is another one'),
        subnets: say(v.array(subnet), 'all its subnets'),
      }),
    ),
    'the virtual network of the nodes',
  ),
  namespaces: say(
    v.optional(
      v.record(
        v.string(),
        v.strictObject({ labels: say(v.record(v.string(), v.string()), 'its labels, key by key') }),
      ),
    ),
    'namespaces of the cluster by name, for load balancers that select by them',
  ),
  publicIPs: say(v.optional(v.array(publicIP)), 'all public IP addresses of the resource groups in use'),
})
