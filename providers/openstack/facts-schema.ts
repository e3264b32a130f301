import * as v from 'valibot'
import { maybeFlag, maybeNumber, maybeText, maybeTexts, say, text } from '../../src/provider/facts-fields.ts'

const networkItem = v.strictObject({
  id: text('the id of the network'),
  name: text('its name'),
  external: say(v.boolean(), 'whether it is router:external, so that floating IPs can be taken from it'),
})

const subnetItem = v.strictObject({
  id: text('the id of the subnet'),
  name: text('its name'),
  networkId: text('the network that it is in'),
  cidr: text('its range'),
  tags: maybeTexts('its tags'),
  freeAddresses: maybeNumber('how many addresses are left for floating IPs'),
})

const floatingIpItem = v.strictObject({
  id: text('the id of the floating IP'),
  address: text('its address'),
  networkId: text('the external network that it is of'),
  portId: maybeText('the port that it is attached to; absent while it is free'),
})

const portItem = v.strictObject({
  id: text('the id of the port'),
  networkId: text('the network that it is in'),
  addresses: say(
    v.array(v.strictObject({ subnetId: text('the subnet'), address: text('the address in it') })),
    'its fixed addresses',
  ),
  portSecurity: maybeFlag('false where no security group can be on it'),
})

/** The section `openstack` of a facts file. */
export const factsSchema = v.strictObject({
  octavia: say(
    v.optional(
      v.strictObject({
        version: say(
          v.optional(v.pipe(v.string(), v.regex(/^v?2\.\d+$/, 'such as 2.26'))),
          'the highest version of its API, 2.26',
        ),
        keyManager: maybeFlag('whether the catalog has a key manager (Barbican)'),
        availabilityZones: maybeTexts('the names of its availability zones'),
      }),
    ),
    'what Octavia answers for itself',
  ),
  networks: say(
    v.optional(v.array(networkItem)),
    'all networks that the project sees; they count together with subnets',
  ),
  subnets: say(v.optional(v.array(subnetItem)), 'all subnets of those networks'),
  floatingIps: say(v.optional(v.array(floatingIpItem)), 'all floating IPs of the project'),
  ports: say(v.optional(v.array(portItem)), 'the ports of the nodes, and those that Services name'),
  containers: maybeTexts('references to all containers and secrets of certificates'),
})
