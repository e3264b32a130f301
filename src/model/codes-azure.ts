import { goesOn, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

export const azureCodes: CodeTable = {
  LB_SOURCE_RANGES_TWICE: {
    title: 'Source ranges stand in two places',
    happened:
      '`spec.loadBalancerSourceRanges` and `azure-allowed-ip-ranges` both name ranges. To unite them could let in more than was meant, to choose one could lock clients out.',
    meanwhile: keepsServing,
    mend: 'Write all ranges into one of the two.',
  },
  LB_SERVICE_TAGS_BESIDE_RANGES: {
    title: 'Service tags have no effect beside source ranges',
    happened:
      'The security group lets in what either of the two allows, but nodes enforce `spec.loadBalancerSourceRanges` too, and know no service tags: they drop what comes from a tag and from no range.',
    meanwhile: goesOn,
    mend: 'Move the ranges from the field to `azure-allowed-ip-ranges`, which only the security group reads.',
  },
  LB_DENY_ALL_UNUSED: {
    title: 'There is nothing beside which all others could be denied',
    happened:
      '`azure-deny-all-except-load-balancer-source-ranges` is true, but no source ranges are given. To deny everybody would cut the Service off.',
    meanwhile: goesOn,
    mend: 'Name source ranges, or remove the annotation.',
  },
  LB_SECURITY_RULES_DISABLED: {
    title: 'Nothing holds clients to the sources of the Service',
    happened:
      '`azure-disable-load-balancer-nsg-rule` is true, so no rule is written to the security group; ranges or service tags are named all the same. Nodes still enforce `spec.loadBalancerSourceRanges`, and nothing else.',
    meanwhile: goesOn,
    mend: 'Write such rules yourself, or remove the annotation.',
  },
  LB_SECURITY_GROUP_FULL: {
    title: 'The security group has no room for the rules of this Service',
    happened:
      'Azure takes 1,000 rules, 4,000 sources and 4,000 destinations in one group. What is there stays, then the oldest Services come first.',
    meanwhile:
      'The group has none of the new rules of this Service, so its clients may not get in; all other Services are served.',
    mend: 'Delete what is not needed, write fewer or larger ranges, or give Services the same ports and sources: those share rules.',
  },
  LB_AZURE_NO_EFFECT: {
    title: 'An annotation asks for something that the Service does not have',
    happened:
      'The key is known and its value is right, but nothing that it is about exists: an address of a family that the Service lacks, a public IP on an internal load balancer, a path for a probe that speaks Tcp.',
    meanwhile: goesOn,
    mend: 'The message says what it would need. Add that, or remove the annotation.',
  },
  LB_AZURE_PORT_UNKNOWN: {
    title: 'An annotation is for a port that the Service does not have',
    happened:
      'Keys such as `port_443_no_probe_rule` carry a number of `spec.ports[].port`, and no port of the Service has this one.',
    meanwhile: goesOn,
    mend: 'Write the number of a port of the Service, not its NodePort or target port.',
  },
  LB_AZURE_NO_PORT: {
    title: 'No port is left for the load balancer',
    happened: '`port_<port>_no_lb_rule` takes every port of the Service out.',
    meanwhile: keepsServing,
    mend: 'Leave one port in, or make the Service one of type ClusterIP or NodePort.',
  },
  LB_AZURE_PROBE_PORT: {
    title: 'A probe asks a port that the Service does not have',
    happened: '`port_<port>_health-probe_port` holds a name that no port of the Service has.',
    meanwhile: keepsServing,
    mend: 'Write the name or number of a port of the Service, or a port of the nodes.',
  },
  LB_AZURE_PROBE_TIMING: {
    title: 'A node could be ill for two minutes unseen',
    happened: 'The seconds between probes times the number of probes in a row have to stay below 120.',
    meanwhile: keepsServing,
    mend: 'Make the interval or the number smaller.',
  },
  LB_AZURE_LOAD_BALANCER_NONE: {
    title: 'No load balancer may take the Service',
    happened:
      'Several load balancers are configured. `azure-load-balancer-configurations`, their selectors and `allowServicePlacement` leave none for this Service; the message goes through all of them.',
    meanwhile: keepsServing,
    mend: 'Name another one, give the Service or its namespace the labels that are asked for, or change `azure.loadBalancers`.',
  },
  LB_AZURE_LOAD_BALANCER_ADDRESS: {
    title: 'An address and a load balancer do not go together',
    happened:
      'An address stands on one load balancer. The Service asks for an address on one, and for another load balancer.',
    meanwhile: keepsServing,
    mend: 'Ask for one of the two only.',
  },
  LB_AZURE_SUBNET_NOT_FOUND: {
    title: 'The virtual network has no such subnet',
    happened:
      'The subnet of the frontend or of the Private Link Service is not in the virtual network of the nodes.',
    meanwhile: keepsServing,
    mend: 'Write the name of one of its subnets; the message lists them.',
  },
  LB_AZURE_SUBNET_POLICIES: {
    title: 'Policies of a subnet keep Private Link Services out',
    happened:
      'Addresses of a Private Link Service can only come from a subnet with `privateLinkServiceNetworkPolicies` disabled. Subnets are not changed here.',
    meanwhile: keepsServing,
    mend: 'Disable the policies of the subnet, as the hint says, or name another subnet.',
  },
  LB_AZURE_ADDRESS_OUTSIDE: {
    title: 'An address is not in the subnet',
    happened: 'The address that the Service asks for is in none of the ranges of the subnet of its frontend.',
    meanwhile: keepsServing,
    mend: 'Ask for an address of that subnet, or name the subnet of the address.',
  },
  LB_AZURE_ADDRESS_NOT_PUBLIC: {
    title: 'A private address cannot be had from the internet',
    happened:
      'The load balancer is public, and the address that the Service asks for is private or reserved.',
    meanwhile: keepsServing,
    mend: 'Make the load balancer internal, or ask for the address of a public IP.',
  },
  LB_AZURE_PUBLIC_IP_NOT_FOUND: {
    title: 'There is no such public IP',
    happened: 'No public IP of the resource group has this name or address.',
    meanwhile: keepsServing,
    mend: 'Make it, name one that exists, or name its resource group in `azure-load-balancer-resource-group`.',
  },
  LB_AZURE_PUBLIC_IP_UNFIT: {
    title: 'A public IP does not fit the load balancer',
    happened: 'The public IP is of the other family, or of another SKU than the load balancer.',
    meanwhile: keepsServing,
    mend: 'Name a public IP of the family and SKU that the problem tells.',
  },
  LB_AZURE_DNS_LABEL_TAKEN: {
    title: 'A DNS label belongs to another public IP',
    happened: 'A label belongs to one public IP of a region, and another one has it.',
    meanwhile: keepsServing,
    mend: 'Choose another label, or take it from the one that has it first.',
  },
  LB_AZURE_PRIVATE_LINK: {
    title: 'A Private Link Service cannot be as it is asked for',
    happened:
      'It needs IPv4 and an internal load balancer or one without floating IP, at most as many fixed addresses as it has, and only subscriptions that can see it can be approved.',
    meanwhile: keepsServing,
    mend: 'Change what the message names.',
  },
  LB_AZURE_POOL_INTERFACES: {
    title: 'The pool holds network interfaces',
    happened:
      'The pool was made with network interfaces as members. To change them Azure updates virtual machines, which interrupts traffic and can wait on a sick one, so they are left as they are: new nodes do not join.',
    meanwhile: goesOn,
    mend: 'Migrate the load balancer to pools of addresses; it keeps its frontends.',
  },
  LB_AZURE_IP_TAGS: {
    title: 'IP tags cannot change on an address that exists',
    happened:
      '`azure-pip-ip-tags` asks for other tags than the public IP address has, and the configuration wants them changed in place. Azure does that for tags of type FirstPartyUsage alone.',
    meanwhile: keepsServing,
    mend: 'Keep the other tags as they are. A new Service gets an address with the tags that it asks for; the address of this one is not given up for tags.',
  },
}
