import { goesOn, isFine, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

export const openstackCodes: CodeTable = {
  LB_OPENSTACK_CLASS: {
    title: 'The settings have no class of this name',
    happened: '`loadbalancer.openstack.org/class` names a class that `openstack.classes` does not have.',
    meanwhile: keepsServing,
    mend: 'Name one of the classes that are listed, or add it to the settings.',
  },
  LB_OPENSTACK_SUBNET: {
    title: 'The subnet of the load balancer cannot be told',
    happened:
      'The subnet that is named does not exist, is not the only one of its name, or is in another network; or none is named, and none, or more than one, holds the nodes.',
    meanwhile: keepsServing,
    mend: 'Name a subnet by its id, in `loadbalancer.openstack.org/subnet-id` or in the settings.',
  },
  LB_OPENSTACK_PORT: {
    title: 'The port for the address is not there, or elsewhere',
    happened:
      '`loadbalancer.openstack.org/port-id` names a port that the project does not have, or that is in another subnet or network than is asked for beside it.',
    meanwhile: keepsServing,
    mend: 'Name a port that exists, and nothing beside it: the port decides where the load balancer stands.',
  },
  LB_OPENSTACK_ADDRESS: {
    title: 'The load balancer cannot have this address',
    happened:
      'The address that is asked for is of another IP family than the load balancer, or outside the range of its subnet.',
    meanwhile: keepsServing,
    mend: 'Ask for an address of its subnet, or name the subnet that the address is in.',
  },
  LB_OPENSTACK_FLOATING_NETWORK: {
    title: 'The external network cannot be told',
    happened:
      'The network for floating IPs does not exist or is not external; or none is named and there are several. Where there is none at all, this is a warning and the load balancer is internal.',
    meanwhile: keepsServing,
    mend: 'Name an external network in `loadbalancer.openstack.org/floating-network-id`, in a class or in the settings.',
  },
  LB_OPENSTACK_FLOATING_SUBNET: {
    title: 'No subnet for the floating IP',
    happened:
      'No subnet of the external network fits the id, the name or the tags that are asked for, or none of them has a free address.',
    meanwhile: keepsServing,
    mend: 'Name another subnet, or loosen the pattern.',
  },
  LB_OPENSTACK_FLOATING_IP: {
    title: 'The floating IP that is named',
    happened:
      'It is attached to something else, or of another external network. As a note: whether it exists can only be seen in the cloud.',
    meanwhile: keepsServing,
    mend: 'Detach it, or name one that is free.',
  },
  LB_OPENSTACK_NO_FLOATING_IP: {
    title: 'IPv6 has no floating IPs',
    happened: 'The first family of the Service is IPv6, and floating IPs are IPv4 only.',
    meanwhile: isFine,
    mend: 'Nothing has to be done: the address of the load balancer itself is published.',
  },
  LB_OPENSTACK_FEATURE: {
    title: 'This Octavia does not have what is asked for',
    happened:
      "The driver, or the version of Octavia's API, lacks it: OVN ends no TLS, reads no HTTP and writes no PROXY protocol; flavors, zones and time-outs came with later versions.",
    meanwhile: `Where it decides who reads or reaches what, this is an error: ${keepsServing} Else a warning: ${goesOn}`,
    mend: 'Remove the annotation, or use a driver and a version that have it. The version can be given in the facts, or in `openstack.octaviaVersion`.',
  },
  LB_OPENSTACK_VERSION: {
    title: 'Octavia is too old',
    happened: 'Before API 2.5 objects of Octavia have no tags, so nothing would say whose they are.',
    meanwhile: keepsServing,
    mend: 'Use a newer Octavia; 2.5 came with the release Stein.',
  },
  LB_OPENSTACK_PROXY_HEADERS: {
    title: 'X-Forwarded-For and PROXY protocol at once',
    happened:
      'Both tell pods who the client is, one in HTTP and one before it, and Octavia does one of the two.',
    meanwhile: keepsServing,
    mend: 'Remove one of the two annotations.',
  },
  LB_OPENSTACK_TLS: {
    title: 'TLS is set up for a port that has none',
    happened:
      '`lb-controller.io/tls-ports` names a port that is no TCP port of the Service; or ports or versions of TLS are chosen without a certificate, which is a warning.',
    meanwhile: keepsServing,
    mend: 'Name TCP ports of the Service by number or name, and a certificate.',
  },
  LB_OPENSTACK_TCP_ONLY: {
    title: 'A port goes without what TCP ports have',
    happened:
      'TLS, X-Forwarded-For and PROXY protocol are for TCP, and the Service has ports of UDP or SCTP too.',
    meanwhile: goesOn,
    mend: 'Nothing has to be done if that is meant. A Service of its own for those ports makes it plain.',
  },
  LB_OPENSTACK_KEY_MANAGER: {
    title: 'There is no key manager',
    happened: 'A certificate is named, and the catalog of the cloud has no Barbican to keep it.',
    meanwhile: keepsServing,
    mend: 'Set `openstack.containerStore: external` if Octavia takes certificates from elsewhere.',
  },
  LB_OPENSTACK_CONTAINER: {
    title: 'The certificate is not where the reference leads',
    happened:
      'The value is no reference to a container or secret of Barbican, or there is none of this reference.',
    meanwhile: keepsServing,
    mend: 'Copy the reference from `openstack secret container list` or `openstack secret list`.',
  },
  LB_OPENSTACK_ZONE: {
    title: 'There is no such availability zone',
    happened:
      '`loadbalancer.openstack.org/availability-zone` names a zone that Octavia does not have. Those of Nova are others.',
    meanwhile: keepsServing,
    mend: 'Name one that `openstack loadbalancer availabilityzone list` shows.',
  },
  LB_OPENSTACK_MONITOR_TIMEOUT: {
    title: 'A health check may last longer than the time to the next',
    happened: 'The time-out of the health check is larger than its delay.',
    meanwhile: isFine,
    mend: 'Make the time-out at most as large as the delay, as Octavia advises.',
  },
  LB_OPENSTACK_MONITOR_FORCED: {
    title: 'Health checks cannot be off here',
    happened:
      '`enable-health-monitor` is false and `externalTrafficPolicy` is Local. Nodes without pods drop what they get, so something has to tell them apart.',
    meanwhile: goesOn,
    mend: 'Remove the annotation, or set the policy to Cluster.',
  },
  LB_OPENSTACK_MONITOR_NONE: {
    title: 'Numbers for a health check that is not made',
    happened:
      'An annotation sets how often or how patiently nodes are checked, and no health monitor is made: with `externalTrafficPolicy: Cluster` there is one only if the Service or the setting `createMonitor` asks for it.',
    meanwhile: goesOn,
    mend: 'Set `loadbalancer.openstack.org/enable-health-monitor` to `"true"`, or name what is asked by `lb-controller.io/health-check-protocol`.',
  },
  LB_OPENSTACK_NODE_PORTS: {
    title: 'The security group goes on ports that are not known yet',
    happened:
      'Each Service has a security group of its own, which goes on the port of every node. Which those are is only known in the cloud.',
    meanwhile: isFine,
    mend: 'Name groups that all nodes are in, in `openstack.nodeSecurityGroups`: rules go there, and no port is touched.',
  },
  LB_OPENSTACK_SHARED_UNSEEN: {
    title: 'What is on a shared load balancer is not known yet',
    happened:
      '`loadbalancer.openstack.org/load-balancer-id` names a load balancer that was not looked at, so whether it has room, and which of its ports are free, is open.',
    meanwhile: isFine,
    mend: 'Nothing has to be done. In a dry run, give its body in the facts.',
  },
  LB_OPENSTACK_RENAMED: {
    title: 'The load balancer was made when the cluster had another name',
    happened:
      'The load balancer that the Service names by id bears the name of this Service in a cluster of another name. Either the cluster was renamed, or the annotation was copied from another cluster.',
    meanwhile: isFine,
    mend: 'Nothing has to be done after a rename. If the annotation was copied, remove it: the Service then gets a load balancer of its own.',
  },
  LB_OPENSTACK_SHARE_FULL: {
    title: 'A load balancer is shared by as many Services as may be',
    happened:
      'The setting `maxSharedLb` says how many Services may share one, because all wait for each change of any. Those that are on it stay; the newest finds no room.',
    meanwhile: keepsServing,
    mend: 'Choose another group or load balancer, or raise the setting.',
  },
  LB_OPENSTACK_SHARE_INTERNAL: {
    title: 'An internal Service on a load balancer of others',
    happened:
      'Whoever reaches an address of a load balancer reaches every port on it, also those of a Service that is meant to be internal.',
    meanwhile: keepsServing,
    mend: 'Give the Service a load balancer of its own, or put internal Services in one group.',
  },
}
