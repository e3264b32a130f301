import { goesOn, isFine, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

export const gcpCodes: CodeTable = {
  LB_GCP_CLASS_CONFLICT: {
    title: 'The class and an annotation disagree',
    happened:
      '`spec.loadBalancerClass` asks for one type of load balancer and `load-balancer-type` for the other. The class decides.',
    meanwhile: goesOn,
    mend: 'Remove the annotation, or use the class of the type that is meant.',
  },
  LB_GCP_TIER: {
    title: 'The network tier has no such address',
    happened: 'IPv6 addresses are of the Premium tier only, and the Service asks for the Standard tier.',
    meanwhile: keepsServing,
    mend: 'Use the Premium tier, or IPv4 alone.',
  },
  LB_GCP_EXTERNAL_ONLY: {
    title: 'A setting counts for external load balancers only',
    happened: 'The load balancer is internal, and this setting means nothing to it.',
    meanwhile: goesOn,
    mend: 'Remove the annotation.',
  },
  LB_GCP_INTERNAL_ONLY: {
    title: 'A setting counts for internal load balancers only',
    happened: 'The load balancer is external, and this setting means nothing to it.',
    meanwhile: goesOn,
    mend: 'Remove the annotation, or make the load balancer internal.',
  },
  LB_GCP_ADDRESS_NOT_FOUND: {
    title: 'An address is not reserved',
    happened:
      'The name or the address is none of the reserved ones of the project and region. Another address instead would be one that nobody expects in DNS.',
    meanwhile: keepsServing,
    mend: 'Reserve the address, correct its name, or leave the choice to the cloud.',
  },
  LB_GCP_ADDRESS_UNFIT: {
    title: 'A reserved address does not fit the load balancer',
    happened: 'It is internal where an external one is needed, or in another region.',
    meanwhile: keepsServing,
    mend: 'Name an address of the right type and region.',
  },
  LB_GCP_ADDRESS_TIER: {
    title: 'A reserved address is of the other network tier',
    happened: 'An address belongs to one tier, and the load balancer is of the other.',
    meanwhile: keepsServing,
    mend: 'Name an address of the tier, or set `cloud.google.com/network-tier` to the tier of the address.',
  },
  LB_GCP_ADDRESS_IN_USE: {
    title: 'A reserved address is in use',
    happened: 'Something else than this Service has the address; the problem names it.',
    meanwhile: keepsServing,
    mend: 'Name another address, or free this one.',
  },
  LB_GCP_ADDRESS_UNUSED: {
    title: 'An address is named and not used',
    happened: 'A load balancer has one address of each of its families, and this is one more.',
    meanwhile: goesOn,
    mend: 'Leave the address out.',
  },
  LB_GCP_ADDRESS_TWICE: {
    title: 'The address is asked for in two places',
    happened: 'An annotation and `spec.loadBalancerIP` both name one; the annotation decides.',
    meanwhile: goesOn,
    mend: 'Remove `spec.loadBalancerIP`.',
  },
  LB_GCP_ADDRESS_OUTSIDE: {
    title: 'An address lies outside the subnet',
    happened: 'Internal addresses come from the range of a subnet, and this one is not in it.',
    meanwhile: keepsServing,
    mend: 'Choose a free address of the subnet, or another subnet.',
  },
  LB_GCP_SUBNET_NOT_FOUND: {
    title: 'A subnet does not exist',
    happened: 'The region of the cluster has no subnet of that name.',
    meanwhile: keepsServing,
    mend: 'Name a subnet that `gcloud compute networks subnets list` shows.',
  },
  LB_GCP_SUBNET_UNFIT: {
    title: 'A subnet has no addresses of the right kind',
    happened:
      'It has no range of a family that the Service asks for, or its IPv6 range is of the other scheme.',
    meanwhile: keepsServing,
    mend: 'Name a subnet that has them, or change `spec.ipFamilies`.',
  },
  LB_GCP_STRONG_AFFINITY: {
    title: 'Strong session affinity is not to be had like this',
    happened:
      'It needs an external load balancer, `sessionAffinity: ClientIP` and a time-out of 60 to 57600 seconds.',
    meanwhile: keepsServing,
    mend: 'Correct the field that is named, or remove the annotation.',
  },
  LB_GCP_WEIGHTED: {
    title: 'Nodes are not weighted',
    happened:
      'Weights are told by health checks of the policy Local, and this Service has the policy Cluster.',
    meanwhile: goesOn,
    mend: 'Set `externalTrafficPolicy` to Local, or remove the annotation.',
  },
  LB_GCP_DISTRIBUTION: {
    title: 'Traffic does not stay in its zone',
    happened: '`trafficDistribution` reaches the load balancer only where that is internal.',
    meanwhile: goesOn,
    mend: 'Nothing has to be done: nodes still prefer near pods.',
  },
  LB_GCP_FEATURE_OFF: {
    title: 'A feature is switched off',
    happened: 'The annotation asks for something that the setting `gcp.without` names.',
    meanwhile: goesOn,
    mend: 'Change the setting, or remove the annotation.',
  },
  LB_GCP_LOGGING: {
    title: 'There is no such L4LBConfig',
    happened: 'The annotation names an object that is not in the namespace of the Service.',
    meanwhile: 'Logging stays as it is; everything else in the Service is carried out.',
    mend: 'Create the object, or correct the name.',
  },
  LB_GCP_IDLE_TIMEOUT: {
    title: 'The idle time-out cannot be set',
    happened: 'Only internal load balancers that keep a client on its node, and proxies, have one.',
    meanwhile: goesOn,
    mend: 'Remove the annotation.',
  },
  LB_GCP_IP_COLLECTION: {
    title: 'A prefix of IPv6 addresses does not go with the Service',
    happened:
      'It is for external load balancers with IPv6, and stands in the place of a subnet, not beside one.',
    meanwhile: keepsServing,
    mend: 'Remove one of the two annotations, or ask for IPv6.',
  },
  LB_GCP_NODE_TAGS: {
    title: 'A node has no network tag for the firewall',
    happened:
      'Firewall rules reach nodes by a network tag that the name of the machine begins with, and some machines have none.',
    meanwhile: 'All other nodes get traffic; these do not.',
    mend: 'Tag the machines, or name the tags of all nodes in the setting `gcp.nodeTags`.',
  },
  LB_GCP_NO_NODES: {
    title: 'There is no node to send to',
    happened: 'No node is eligible, or none has the labels that the Service asks for.',
    meanwhile: 'The load balancer is made and waits for nodes.',
    mend: 'Correct the labels; nodes that join are added at once.',
  },
  LB_GCP_SUBSET: {
    title: 'There are more nodes than a load balancer takes',
    happened:
      'The groups behind a load balancer have a largest size, and with the policy Local a node that is left out leaves out its pods.',
    meanwhile: 'As many nodes as can be get traffic, and the same ones as long as they are there.',
    mend: 'Use the policy Cluster, or keep the pods of the Service on fewer nodes.',
  },
  LB_GCP_OTHER_SUBNET: {
    title: 'Nodes of other subnets are left out',
    happened: 'An instance group holds machines of one subnet.',
    meanwhile: 'Nodes of the subnet of the cluster get traffic.',
    mend: 'Set `gcp.backends` to neg.',
  },
  LB_GCP_PORT_RANGE: {
    title: 'Ports are taken as one range',
    happened: 'A forwarding rule lists five ports at most; more are given as first and last.',
    meanwhile: isFine,
    mend: 'Nothing has to be done: the firewall lets only the ports of the Service through.',
  },
  LB_GCP_FIREWALL_PORTS: {
    title: 'A firewall rule cannot hold all ports',
    happened: 'A rule takes 100 ports and ranges of ports, and these cannot be joined to so few.',
    meanwhile: keepsServing,
    mend: 'Use neighbouring numbers, or several Services.',
  },
  LB_GCP_HEALTH_TIMEOUT: {
    title: 'A health check may last longer than the time to the next',
    happened: 'The time-out of the health check is larger than its interval, which the cloud refuses.',
    meanwhile: keepsServing,
    mend: 'Make the time-out at most as large as the interval.',
  },
  LB_GCP_HEALTH_PATH: {
    title: 'A TCP health check has no path',
    happened: 'The path counts for HTTP and HTTPS only.',
    meanwhile: goesOn,
    mend: 'Remove the path, or check with HTTP.',
  },
  LB_GCP_PROXY: {
    title: 'The load balancer is a proxy',
    happened:
      'TLS and the PROXY header need a proxy network load balancer. Connections end at it, so pods see its addresses.',
    meanwhile: isFine,
    mend: 'Nothing has to be done. With the PROXY header pods learn the clients’ addresses.',
  },
  LB_GCP_PROXY_UDP: {
    title: 'A proxy takes no UDP',
    happened: 'The Service asks for TLS or the PROXY header, and has a UDP port too.',
    meanwhile: keepsServing,
    mend: 'Give the UDP ports a Service of their own.',
  },
  LB_GCP_PROXY_VERSION: {
    title: 'There is no such version of the PROXY header',
    happened: 'Proxies of this cloud write version 1.',
    meanwhile: keepsServing,
    mend: 'Write `v1`, and let the pods read it.',
  },
  LB_GCP_TLS_REGIONAL: {
    title: 'TLS does not end at a load balancer of a region',
    happened: 'SSL proxies stand in no region: they are external and of the Premium tier.',
    meanwhile: keepsServing,
    mend: 'Let the pods end TLS, or change the type or the tier.',
  },
  LB_GCP_CERTIFICATES: {
    title: 'Too many certificates',
    happened: 'An SSL proxy takes 15.',
    meanwhile: keepsServing,
    mend: 'Use certificates with several names.',
  },
  LB_GCP_MIGRATION: {
    title: 'A target pool gives way to a backend service',
    happened:
      'An older controller made this load balancer with a target pool, which can change nothing without being made anew. Everything that a backend service needs is built beside it; then the forwarding rule is turned to that in one call.',
    meanwhile: 'The address stays the same, and clients are served all the time.',
    mend: 'Nothing has to be done.',
  },
  LB_GCP_SHARED_VPC: {
    title: 'A firewall rule stands in another project',
    happened:
      'The network belongs to the host project of a shared VPC, and firewall rules stand with it. The hint is the command that makes the rule, for somebody who may.',
    meanwhile: goesOn,
    mend: 'Give the controller the right to write firewall rules there, or run the command.',
  },
}
