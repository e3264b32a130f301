import * as v from 'valibot'

const say = <const S extends v.GenericSchema>(schema: S, text: string) => v.pipe(schema, v.description(text))
const flag = (text: string) => say(v.optional(v.boolean()), text)
const word = (text: string) => say(v.string(), text)

const networkItem = v.strictObject({
  id: word('the id of the network'),
  name: word('its name'),
  external: say(v.boolean(), 'whether it is router:external, so that floating IPs can be taken from it'),
})

const subnetItem = v.strictObject({
  id: word('the id of the subnet'),
  name: word('its name'),
  networkId: word('the network that it is in'),
  cidr: word('its range'),
  tags: say(v.optional(v.array(v.string())), 'its tags'),
  freeAddresses: say(v.optional(v.number()), 'how many addresses are left for floating IPs'),
})

const floatingIpItem = v.strictObject({
  id: word('the id of the floating IP'),
  address: word('its address'),
  networkId: word('the external network that it is of'),
  portId: say(v.optional(v.string()), 'the port that it is attached to; absent while it is free'),
})

const portItem = v.strictObject({
  id: word('the id of the port'),
  networkId: word('the network that it is in'),
  addresses: say(
    v.array(v.strictObject({ subnetId: word('the subnet'), address: word('the address in it') })),
    'its fixed addresses',
  ),
  portSecurity: flag('false where no security group can be on it'),
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
        keyManager: flag('whether the catalog has a key manager (Barbican)'),
        availabilityZones: say(v.optional(v.array(v.string())), 'the names of its availability zones'),
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
  containers: say(
    v.optional(v.array(v.string())),
    'references to all containers and secrets of certificates',
  ),
})
