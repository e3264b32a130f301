import type { CodeTable } from './problem-codes.ts'

const servesRest = 'The node proxy serves everything else of the Service.'

export const nodeProxyCodes: CodeTable = {
  LB_PROXY_ADDRESS_IGNORED: {
    title: 'An address of the Service cannot be read',
    happened:
      'A cluster address, an external IP or an ingress IP of the Service is no IPv4 or IPv6 address. Blanks around it and zeros before a number would have been read as if they were not there.',
    meanwhile: servesRest,
    mend: 'Correct the address at the path that is named.',
  },
  LB_PROXY_ADDRESS_TAKEN: {
    title: 'Another Service holds the address and port',
    happened:
      'Two Services ask for one address, protocol and port, or for one node port. Only one of them can have it: who holds it keeps it, else the older Service, then the one whose uid comes first.',
    meanwhile:
      'The Service does not answer there, and on all its other addresses it does. When the holder lets go, the oldest that waits gets it.',
    mend: 'Give one of the two Services another address or port.',
  },
  LB_PROXY_EXTERNAL_IGNORED: {
    title: 'External IPs are switched off',
    happened:
      'The Service has spec.externalIPs, and the node proxy runs with --ignore-external-ips: whoever may write Services could otherwise draw traffic of others to themselves (CVE-2020-8554).',
    meanwhile: servesRest,
    mend: 'Use a Service of type LoadBalancer, or run the node proxy without the switch if all authors of Services are trusted.',
  },
  LB_PROXY_RANGE_IGNORED: {
    title: 'A source range cannot be read, so it lets nobody in',
    happened: 'An entry of spec.loadBalancerSourceRanges is no range. An address without a prefix is none.',
    meanwhile:
      'The entry counts as a range without addresses: the other ranges hold, and if it is the only one, nobody may use the load balancer addresses through this node.',
    mend: 'Write a range such as 10.0.0.0/8, or 192.0.2.7/32 for one address.',
  },
  LB_PROXY_RANGES_CLOSED: {
    title: 'No source range is left of one family',
    happened:
      'spec.loadBalancerSourceRanges names ranges, none of them of a family in which the Service has a load balancer address.',
    meanwhile: 'Nobody may use the load balancer addresses of that family through this node.',
    mend: 'Add the ranges of that family that may connect; 0.0.0.0/0 or ::/0 lets everybody in.',
  },
}
