import { goesOn, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

export const awsCodes: CodeTable = {
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
}
