import { goesOn, isFine, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

export const awsCodes: CodeTable = {
  LB_AWS_ONLY_ZONE: {
    title: 'The only zone of a load balancer cannot change',
    happened:
      'A network load balancer that stands in one zone is asked to have another subnet or another address there. AWS changes neither in place, and a load balancer is never without a zone.',
    meanwhile: keepsServing,
    mend: 'Name a subnet of a second zone beside it, and take that away again once the first one has changed. Or make another Service with the new address and move clients to it.',
  },
  LB_CERTIFICATE_ARN: {
    title: 'This is not the ARN of a certificate',
    happened:
      'Certificates for AWS are named by ARN: of AWS Certificate Manager, or of a server certificate in IAM. The hint names the first part that is wrong.',
    meanwhile: keepsServing,
    mend: 'Copy the ARN from `aws acm list-certificates` or `aws iam list-server-certificates`.',
  },
  LB_CERTIFICATE_REGION: {
    title: 'A certificate is in another region than the load balancer',
    happened:
      'Certificates of AWS Certificate Manager serve only load balancers of their own region. Where the region is not known yet, this is a note.',
    meanwhile: keepsServing,
    mend: 'Request or import the certificate in the region of the cluster, and name that one.',
  },
  LB_AWS_NO_NODES: {
    title: 'No node is an instance that traffic could go to',
    happened:
      'The nodes that were given are no EC2 instances, or none of them can serve. The load balancer is planned without targets, and no security group lets traffic in.',
    meanwhile: goesOn,
    mend: 'Give the nodes of the cluster on AWS: `kubectl get nodes -o yaml`.',
  },
  LB_AWS_POD_ADDRESS: {
    title: 'Pods have addresses that the load balancer cannot send to',
    happened:
      'Pods are to be targets, and the addresses of some lie neither in the VPC nor in a private IPv4 range. AWS refuses a whole registration for one such address, so these pods are left out.',
    meanwhile: goesOn,
    mend: 'Run the pods on a network that gives them addresses of the VPC, or have nodes as targets.',
  },
  LB_TLS_NO_CERTIFICATE: {
    title: 'TLS is set up without a certificate',
    happened:
      'Annotations that belong to TLS listeners are given, but `aws-load-balancer-ssl-cert` is not, so no port ends TLS.',
    meanwhile: goesOn,
    mend: 'Name a certificate, or remove these annotations.',
  },
  LB_TLS_PORT_UNKNOWN: {
    title: 'A TLS port is no port of the Service',
    happened: '`aws-load-balancer-ssl-ports` names a number or a name that no TCP port of the Service has.',
    meanwhile: keepsServing,
    mend: 'Write numbers (`port`, not `nodePort` or `targetPort`) or names from `spec.ports`, or "*" for all TCP ports.',
  },
  LB_PORT_PAIR: {
    title: 'TCP and UDP on one port do not fit together',
    happened:
      'A network load balancer has one listener on a port number. TCP and UDP can share it only if neither ends TLS and both have the same NodePort.',
    meanwhile: keepsServing,
    mend: 'Give both ports one `nodePort`, or different port numbers.',
  },
  LB_TARGET_GROUP_ATTRIBUTE: {
    title: 'An attribute does not go with a port of the Service',
    happened:
      'AWS refuses this attribute for the protocol of one of the ports; UDP, for one, always keeps the client address.',
    meanwhile: keepsServing,
    mend: 'Leave the attribute out, or give that port a Service of its own.',
  },
  LB_HEALTH_CHECK_PORT: {
    title: 'The health check names a port that the Service does not have',
    happened: '`aws-load-balancer-healthcheck-port` holds a name that no port of the Service has.',
    meanwhile: keepsServing,
    mend: 'Write "traffic-port", a number, or the name of a port.',
  },
  LB_HEALTH_CHECK_TIMEOUT: {
    title: 'A health check may last longer than the time to the next',
    happened: 'The time-out of the health check is larger than its interval, which AWS refuses.',
    meanwhile: keepsServing,
    mend: 'Make the time-out at most as large as the interval.',
  },
  LB_UDP_HEALTH_CHECK: {
    title: 'The health check of a UDP port finds nobody',
    happened:
      'Load balancers check health over TCP or HTTP, and behind the NodePort of a UDP port nothing answers that. All nodes may be taken for ill.',
    meanwhile: goesOn,
    mend: 'Check the node proxy instead: `aws-load-balancer-healthcheck-port: "10256"`, `-protocol: HTTP`, `-path: /healthz`.',
  },
  LB_SUBNET_NOT_FOUND: {
    title: 'A subnet does not exist, or is not the only one of its name',
    happened:
      '`aws-load-balancer-subnets` names an id or a Name tag that the VPC of the cluster has not, or has more than once.',
    meanwhile: keepsServing,
    mend: 'Name a subnet that the hint lists; ids are never ambiguous.',
  },
  LB_SUBNETS_SAME_ZONE: {
    title: 'Two subnets are in one zone',
    happened:
      'A load balancer takes one subnet in each zone, and two of those that are named are in the same.',
    meanwhile: keepsServing,
    mend: 'Remove one of the two.',
  },
  LB_SUBNETS_ZONE_TYPE: {
    title: 'Subnets are in zones of different kinds',
    happened:
      'A load balancer stands in zones of one kind: in the region, in a Local Zone or in a Wavelength Zone.',
    meanwhile: keepsServing,
    mend: 'Name subnets of one kind of zone.',
  },
  LB_SUBNETS_NONE: {
    title: 'No subnet can take the load balancer',
    happened:
      'None is named, and none that was found fits. The problem lists each candidate with the reason.',
    meanwhile: keepsServing,
    mend: 'Tag subnets with `kubernetes.io/role/elb` (or `kubernetes.io/role/internal-elb`), or name them in `aws-load-balancer-subnets`.',
  },
  LB_NODE_GROUPS: {
    title: 'A node does not tell which security group is its own',
    happened:
      'Clients are let in by rules in a security group of each node, and a node is in several of which not exactly one bears the tag of the cluster. The note says which one was chosen.',
    meanwhile: goesOn,
    mend: 'Tag one group of each node with `kubernetes.io/cluster/NAME`, or name the groups in the configuration.',
  },
  LB_AWS_NOT_OF_KIND: {
    title: 'This kind of load balancer cannot do that',
    happened:
      'The Service asks for something that network, application or Classic load balancers have, but not the kind that it gets by `aws-load-balancer-type` and `aws-load-balancer-backend-protocol`. To go on without it would send traffic otherwise than was meant.',
    meanwhile: keepsServing,
    mend: 'Remove what is named, or ask for another kind of load balancer.',
  },
  LB_AWS_NO_EFFECT: {
    title: 'A key does nothing on this kind of load balancer',
    happened:
      'The key belongs to another kind of load balancer, or needs a second key that is not there. Nothing is lost but what it asked for.',
    meanwhile: goesOn,
    mend: 'Remove the key, or follow the hint.',
  },
  LB_CERTIFICATES_TOO_MANY: {
    title: 'More certificates than a listener takes',
    happened: 'A listener of a Classic Load Balancer has one certificate; the others choose by server name.',
    meanwhile: keepsServing,
    mend: 'Name one certificate that holds all names, or ask for a network load balancer.',
  },
  LB_ACCESS_LOG_BUCKET: {
    title: 'Access logs without a bucket',
    happened: 'Access logs are switched on, but no bucket is named for them to go to.',
    meanwhile: keepsServing,
    mend: 'Name a bucket in `aws-load-balancer-access-log-s3-bucket-name`.',
  },
  LB_PORTS_UNKNOWN: {
    title: 'An annotation names a port or a listener that is not there',
    happened:
      'A port, or a listener written as `<PROTOCOL>-<port>`, is named that the Service does not lead to. A TCP and a UDP port of one number share the listener `TCP_UDP-<port>`, and a port that ends TLS has `TLS-<port>`.',
    meanwhile: keepsServing,
    mend: 'Take one of the names that are listed.',
  },
  LB_AWS_ACTION: {
    title: 'An action of a listener cannot be read',
    happened:
      '`service.beta.kubernetes.io/actions.<PROTOCOL>-<port>` holds JSON for a forward action: its `forwardConfig` has one to five `targetGroups`, each with a `targetGroupARN` or with a `serviceName` and `servicePort`, and where there are several each with a `weight` from 0 to 999.',
    meanwhile: keepsServing,
    mend: 'Mend what the message names.',
  },
  LB_AWS_ACTION_SERVICE: {
    title: 'A share of the connections leads to a Service that cannot be sent to',
    happened:
      '`service.beta.kubernetes.io/actions.<PROTOCOL>-<port>` names a Service that is not in the namespace, or one without node ports where nodes are the targets. Where it was there before and went, its target group stays and gets its share as before.',
    meanwhile: keepsServing,
    mend: 'Create the Service or give it node ports, or take it out of the annotation.',
  },
  LB_AWS_ADDRESS_COUNT: {
    title: 'There are more or fewer addresses than subnets',
    happened:
      'A load balancer has one address of each sort in each of its subnets, so a list has to be complete.',
    meanwhile: keepsServing,
    mend: 'Give as many as there are subnets, or name the subnets.',
  },
  LB_AWS_ADDRESS_KIND: {
    title: 'The load balancer cannot have such addresses',
    happened:
      'Elastic addresses are for internet-facing load balancers, chosen private ones for internal ones, IPv6 addresses and prefixes for source NAT for dual-stack ones.',
    meanwhile: keepsServing,
    mend: 'Remove the addresses, or change the scheme or the address type as the hint says.',
  },
  LB_AWS_ADDRESS_SUBNET: {
    title: 'An address fits no subnet',
    happened: 'A chosen address or prefix lies in no subnet of the load balancer, or two lie in one.',
    meanwhile: keepsServing,
    mend: 'Choose one address within the range of each subnet.',
  },
  LB_AWS_ADDRESS_TWICE: {
    title: 'An address is given twice',
    happened: 'Each address, allocation or prefix serves one subnet.',
    meanwhile: keepsServing,
    mend: 'Remove one of the two.',
  },
  LB_AWS_IPV6_UDP: {
    title: 'UDP on a dual-stack load balancer without prefixes for source NAT',
    happened:
      'AWS carries UDP on a dual-stack network load balancer only where it translates sources with prefixes of its own.',
    meanwhile: 'The listener is planned; AWS may refuse it.',
    mend: 'Set `aws-load-balancer-enable-prefix-for-ipv6-source-nat: "on"`.',
  },
  LB_AWS_IDLE_TIMEOUT: {
    title: 'The time-out is too short for a network load balancer',
    happened: 'TCP listeners of a network load balancer keep a silent connection for 60 to 6000 seconds.',
    meanwhile: goesOn,
    mend: 'Choose a time in that range, or remove the annotation.',
  },
  LB_AWS_PLAIN_BACKEND: {
    title: 'HTTP to the pods is passed on unread',
    happened:
      'With type `external` a Service gets a network load balancer, which reads no HTTP. The AWS Load Balancer Controller takes any value but `ssl` for plain bytes, and so does this.',
    meanwhile: isFine,
    mend: 'Leave out `aws-load-balancer-type` to have an application load balancer, or remove the key.',
  },
  LB_AWS_NAME_HELD: {
    title: 'The name is held by the load balancer that is to be replaced',
    happened:
      'The edit needs a new load balancer, which comes up beside the old one and takes over; `aws-load-balancer-name` gives both one name, and names are unique in a region.',
    meanwhile: keepsServing,
    mend: 'Change the name in the same edit, or remove it.',
  },
  LB_AWS_TOO_MANY: {
    title: 'More than a load balancer takes',
    happened:
      'A network load balancer takes 50 listeners; unless quotas were raised, 25 certificates, and 60 rules in the security group that lets clients in. A prefix list counts for as many rules as it may have entries.',
    meanwhile:
      'With too many listeners nothing changes for clients; certificates are planned as they are named.',
    mend: 'Divide the ports or certificates among several Services.',
  },
  LB_BACKEND_GROUP: {
    title: 'Rules on the nodes need the shared security group',
    happened:
      'Nodes are to let in what comes from given security groups, which goes by the shared group of the cluster, and the configuration switches that off.',
    meanwhile: keepsServing,
    mend: 'Set `aws.backendGroup: shared`, or remove the annotation.',
  },
  LB_EIP_NOT_FOUND: {
    title: 'An elastic address does not exist',
    happened: 'The account has no elastic address of that allocation id in the region.',
    meanwhile: keepsServing,
    mend: 'Name one that is listed; `aws ec2 describe-addresses` shows them.',
  },
  LB_EIP_IN_USE: {
    title: 'An elastic address serves somebody else',
    happened: 'The elastic address is associated already, and not with this load balancer.',
    meanwhile: keepsServing,
    mend: 'Name a free one, or release it where it is.',
  },
  LB_PREFIX_LIST: {
    title: 'A prefix list does not exist',
    happened: 'The region has no prefix list of that id.',
    meanwhile: keepsServing,
    mend: 'Name one that is listed; `aws ec2 describe-managed-prefix-lists` shows them.',
  },
  LB_POD_TARGETS: {
    title: 'Pods may not be targets',
    happened: 'The Service asks for pods as targets, and `aws.podTargets` refuses them.',
    meanwhile: keepsServing,
    mend: 'Ask for nodes, or change the configuration.',
  },
  LB_SECURITY_GROUP: {
    title: 'A security group does not exist, or is not the only one of its name',
    happened:
      'A security group is named that the VPC of the cluster has not, has more than once, or that is named twice.',
    meanwhile: keepsServing,
    mend: 'Name a group that the hint lists; ids are never ambiguous.',
  },
  LB_SUBNET_WITHOUT_IPV6: {
    title: 'A subnet has no IPv6 range',
    happened: 'A dual-stack load balancer has an IPv6 address in each of its subnets.',
    meanwhile: keepsServing,
    mend: 'Give the subnet an IPv6 range, or ask for IPv4 only.',
  },
  LB_TAG_EXTERNAL: {
    title: 'A tag belongs to somebody else',
    happened: 'The configuration lists this key in `aws.externalTags`: somebody else manages it.',
    meanwhile: keepsServing,
    mend: 'Leave the tag out, or take its key off `aws.externalTags`.',
  },
  LB_SUBNETS_ZONES: {
    title: 'Too few zones for an application load balancer',
    happened:
      'An application load balancer stands in subnets of at least two zones, and fewer were named or found.',
    meanwhile: keepsServing,
    mend: 'Tag or name a subnet in another zone, or ask for a network load balancer, which one zone is enough for.',
  },
}
