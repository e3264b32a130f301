import { goesOn, isFine, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

export const serviceCodes: CodeTable = {
  LB_OUTAGE_NOT_ALLOWED: {
    title: 'A change would interrupt traffic',
    happened:
      'What is asked for can only be had by taking something away that serves now: another address in a zone that stays, or an object that cannot stand beside its successor. The plan says what it costs.',
    meanwhile: 'That change waits, and everything else goes on. What is in place keeps serving.',
    mend: 'Set `lb-controller.io/allow-outage: "true"` on the Service when traffic may be interrupted, and remove it afterwards. Or take the edit back.',
  },
  LB_NOT_A_LOAD_BALANCER: {
    title: 'The Service is of another type',
    happened: 'A load balancer was asked for a Service whose `spec.type` is not LoadBalancer.',
    meanwhile: 'No load balancer is made, and one that the Service had before is removed.',
    mend: 'Set `spec.type: LoadBalancer` if the Service is meant to have one.',
  },
  LB_NAME_MISSING: {
    title: 'The Service has no name',
    happened:
      '`metadata.name` is missing, or only `metadata.generateName` is given, so no name of a cloud object can be told.',
    meanwhile: 'The document is left out of the plan.',
    mend: 'Write `metadata.name`.',
  },
  LB_FIELD_TYPE: {
    title: 'A field holds a value of the wrong type',
    happened:
      'A field of the Service holds, say, a text where a number belongs. The API server would refuse the object.',
    meanwhile: keepsServing,
    mend: 'Write the value in the form that the problem names. In YAML, quotes make a text: `port: 80`, not `port: "80"`.',
  },
  LB_FIELD_UNKNOWN: {
    title: 'A field is misspelt',
    happened:
      'The Service has a field that Services do not have, and that looks very much like one that they do. Depending on how it is sent, the API server refuses it or drops it; dropped source ranges would let everybody in.',
    meanwhile: keepsServing,
    mend: 'Correct the name of the field as the hint says.',
  },
  LB_FIELD_VALUE: {
    title: 'A field takes one of a few words, and holds another',
    happened:
      'Fields such as `externalTrafficPolicy` or `protocol` take only the words that Kubernetes knows, in their exact case.',
    meanwhile: keepsServing,
    mend: 'Write one of the accepted words.',
  },
  LB_NO_PORTS: {
    title: 'The Service has no ports',
    happened: 'A load balancer listens on the ports of its Service, and `spec.ports` is empty or missing.',
    meanwhile: keepsServing,
    mend: 'Add at least one entry to `spec.ports`.',
  },
  LB_PORT_RANGE: {
    title: 'A number is not a port number',
    happened: 'A port, NodePort, target port or health check port is missing, or lies outside 1 to 65535.',
    meanwhile: keepsServing,
    mend: 'Write a number from 1 to 65535.',
  },
  LB_PORT_DUPLICATE: {
    title: 'Two ports are the same',
    happened:
      'Two entries of `spec.ports` have the same number and the same protocol, and a load balancer can listen only once.',
    meanwhile: keepsServing,
    mend: 'Remove one of the two. TCP and UDP on one number are not duplicates.',
  },
  LB_NODE_PORT_MISSING: {
    title: 'A port has no NodePort',
    happened:
      'The load balancer reaches pods through a port that every node opens, and this port of the Service has none: usually because `spec.allocateLoadBalancerNodePorts` is false.',
    meanwhile: keepsServing,
    mend: 'Set `spec.allocateLoadBalancerNodePorts: true`, or write a `nodePort` for the port yourself.',
  },
  LB_PROTOCOL_UNSUPPORTED: {
    title: 'The provider does not carry this protocol',
    happened: 'A port asks for SCTP, or for UDP where the load balancers of the provider know only TCP.',
    meanwhile: keepsServing,
    mend: 'Move the port to a Service of another type. The remaining ports are then served.',
  },
  LB_MIXED_PROTOCOLS: {
    title: 'The provider does not mix protocols',
    happened:
      'The Service has ports of more than one protocol, and a load balancer of this provider carries one.',
    meanwhile: keepsServing,
    mend: 'Make one Service for each protocol, both with the same selector.',
  },
  LB_SOURCE_RANGE_INVALID: {
    title: 'A source range is not a CIDR range',
    happened:
      'An entry of `spec.loadBalancerSourceRanges`, or of the annotation `service.beta.kubernetes.io/load-balancer-source-ranges`, is not an address with a prefix length. Octets with leading zeros are refused too: some programs read them as octal.',
    meanwhile: `${keepsServing} A list with one bad entry is never applied in part, so access is never wider than what was written.`,
    mend: 'Write ranges such as 10.0.0.0/8 or 2001:db8::/32; one address alone is 192.0.2.7/32.',
  },
  LB_SOURCE_RANGE_FAMILY: {
    title: 'A source range is of a family that the load balancer does not have',
    happened:
      'A range is IPv6 and the load balancer has only IPv4 addresses, or the other way round, so the range can let nobody in.',
    meanwhile: keepsServing,
    mend: 'Remove the range, or ask for the other family in `spec.ipFamilies` where the provider has it.',
  },
  LB_SOURCE_RANGE_UNUSED: {
    title: 'A source range waits for a family that the load balancer does not have',
    happened:
      'The Service prefers two families and the load balancer could be given only one. Ranges of the other family have no effect; at least one range of the family that it has remains.',
    meanwhile: goesOn,
    mend: 'Nothing has to be done. Remove the range to be rid of the warning.',
  },
  LB_SOURCE_RANGE_HOST_BITS: {
    title: 'A source range has bits set behind its prefix',
    happened: '10.0.0.5/8 names the range 10.0.0.0/8. Perhaps one address was meant.',
    meanwhile: 'The whole range may connect, as with every other controller.',
    mend: 'Write the range without those bits, or a longer prefix: 10.0.0.5/32 is one address.',
  },
  LB_SOURCE_RANGE_UNSUPPORTED: {
    title: 'The provider cannot restrict who connects',
    happened: 'The Service has source ranges, and load balancers of this provider let everybody in.',
    meanwhile: keepsServing,
    mend: 'Remove the ranges if everybody may connect, or use another provider.',
  },
  LB_FAMILY_UNSUPPORTED: {
    title: 'The provider lacks an IP family that is required',
    happened:
      'The Service asks for IPv6 alone, or for two families with `RequireDualStack`, and the provider has only IPv4.',
    meanwhile: keepsServing,
    mend: 'Set `spec.ipFamilyPolicy` to PreferDualStack or SingleStack, and `spec.ipFamilies` to IPv4.',
  },
  LB_FAMILY_FALLBACK: {
    title: 'The load balancer has one of two preferred IP families',
    happened: 'The Service prefers IPv4 and IPv6, and the provider has only IPv4.',
    meanwhile: 'The load balancer has IPv4 addresses only.',
    mend: 'Nothing has to be done. Say RequireDualStack to be refused instead, or SingleStack to be rid of the warning.',
  },
  LB_HEALTH_PORT_MISSING: {
    title: 'There is no health check port for externalTrafficPolicy: Local',
    happened:
      'With `externalTrafficPolicy: Local` the load balancer asks each node on `spec.healthCheckNodePort` whether it has pods. The API server allocates that port; here it is missing.',
    meanwhile: keepsServing,
    mend: 'Set the policy to Cluster and back to Local, or make the Service anew.',
  },
  LB_HEALTH_PORT_UNUSED: {
    title: 'A health check port without externalTrafficPolicy: Local',
    happened: '`spec.healthCheckNodePort` counts only together with `externalTrafficPolicy: Local`.',
    meanwhile: isFine,
    mend: 'Remove the field, or set the policy to Local.',
  },
  LB_AFFINITY_TIMEOUT: {
    title: 'The affinity time-out is out of range',
    happened: '`spec.sessionAffinityConfig.clientIP.timeoutSeconds` has to lie between 1 second and one day.',
    meanwhile: keepsServing,
    mend: 'Write a number from 1 to 86400; without one it is 10800, three hours.',
  },
  LB_AFFINITY_IGNORED: {
    title: 'The load balancer does not keep a client on one node',
    happened:
      '`spec.sessionAffinity: ClientIP` is set, and the load balancers of the provider do not do it by that field.',
    meanwhile: `${goesOn} Each node still sends one client to one pod.`,
    mend: 'Use the setting of the provider, where its reference names one, or remove the field.',
  },
  LB_ADDRESS_IGNORED: {
    title: 'The address cannot be chosen',
    happened:
      '`spec.loadBalancerIP` is set, and on this provider the cloud chooses the address. Kubernetes has deprecated the field.',
    meanwhile: goesOn,
    mend: 'Remove the field.',
  },
  LB_ADDRESS_INVALID: {
    title: 'The requested address is no IP address',
    happened: '`spec.loadBalancerIP` holds something else than one IPv4 or IPv6 address.',
    meanwhile: keepsServing,
    mend: 'Write one address, without a prefix length.',
  },
  LB_MOVE_STALLED: {
    title: 'A move takes longer than ten minutes',
    happened:
      'An edit needs a new load balancer, which was made beside the old one. Wherever the old one has a healthy target the new one must have one before it takes over, and after ten minutes it still lacks some. The message says on which port and in which zone.',
    meanwhile:
      'The old load balancer goes on serving and stays in the status, the new one stays beside it, and both follow nodes and endpoints. The new one is looked at every minute and takes over as soon as it serves.',
    mend: 'Look why its health checks fail: security groups and network ACLs between it and the targets, the health check settings, subnets. Taking the edit back removes the new load balancer and changes nothing for clients.',
  },
  LB_EXTERNAL_IPS: {
    title: 'External addresses are no business of the load balancer',
    happened:
      '`spec.externalIPs` is served by the proxies on the nodes, without any check of whose the addresses are.',
    meanwhile: isFine,
    mend: 'Nothing has to be done. Kubernetes has deprecated the field.',
  },
}
