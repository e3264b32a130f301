import type { Account } from '../../localstack/moto/account.ts'
import type { Inventory } from '../../localstack/moto/inventory.ts'
import type { ServiceSpec } from '../../src/model/objects.ts'

interface Stage {
  asked(account: Account): {
    readonly annotations?: Readonly<Record<string, string>>
    readonly spec?: ServiceSpec
  }
  /** What then stands there beside what stood there before, hashes left out. */
  readonly found: Inventory
}

/** A Service that is made, edited once and deleted. */
export interface Story {
  readonly name: string
  /** Addresses of pods that answer on port 8080. */
  readonly pods?: readonly string[]
  readonly create: Stage
  readonly edit: Stage
}

const key = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const http = [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30_080 }]
const both = [...http, { name: 'https', port: 443, targetPort: 8080, nodePort: 30_443 }]

const network = (groups: readonly string[], more: Partial<Inventory> = {}): Inventory => ({
  balancers: ['network internet-facing active'],
  listeners: ['80 TCP'],
  targetGroups: ['TCP instance 3 targets'],
  groups,
  ...more,
})

const application: Inventory = {
  balancers: ['application internet-facing active'],
  listeners: ['443 HTTPS', '80 HTTP'],
  targetGroups: ['HTTP instance 3 targets', 'HTTP instance 3 targets'],
  groups: [
    'demo-nodes: tcp/30080-30443 k8s-traffic-demo',
    'k8s-default-web-clients: tcp/443-443 0.0.0.0/0',
    'k8s-default-web-clients: tcp/80-80 0.0.0.0/0',
    'k8s-traffic-demo:',
  ],
}

export const stories: readonly Story[] = [
  {
    name: 'type nlb: rules in the group of the nodes, narrowed by an edit',
    create: {
      asked: () => ({ annotations: { [key('type')]: 'nlb' }, spec: { ports: http } }),
      found: network(['demo-nodes: icmp/3-4 0.0.0.0/0', 'demo-nodes: tcp/30080-30080 0.0.0.0/0']),
    },
    edit: {
      asked: () => ({ spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } }),
      found: network([
        'demo-nodes: icmp/3-4 192.0.2.0/24',
        'demo-nodes: tcp/30080-30080 10.0.0.0/24',
        'demo-nodes: tcp/30080-30080 10.0.1.0/24',
        'demo-nodes: tcp/30080-30080 10.0.2.0/24',
        'demo-nodes: tcp/30080-30080 192.0.2.0/24',
      ]),
    },
  },
  {
    name: 'type nlb with TLS: a port less, and attributes',
    create: {
      asked: ({ certificate }) => ({
        annotations: { [key('ssl-cert')]: certificate, [key('ssl-ports')]: '443' },
        spec: { ports: both },
      }),
      found: network(
        [
          'demo-nodes: icmp/3-4 0.0.0.0/0',
          'demo-nodes: tcp/30080-30080 0.0.0.0/0',
          'demo-nodes: tcp/30443-30443 0.0.0.0/0',
        ],
        {
          listeners: ['443 TLS', '80 TCP'],
          targetGroups: ['TCP instance 3 targets', 'TCP instance 3 targets'],
        },
      ),
    },
    edit: {
      asked: () => ({
        annotations: {
          [key('cross-zone-load-balancing-enabled')]: 'true',
          [key('target-group-attributes')]: 'deregistration_delay.timeout_seconds=30',
          [key('healthcheck-interval')]: '20',
        },
        spec: { ports: both.slice(1) },
      }),
      found: network(['demo-nodes: icmp/3-4 0.0.0.0/0', 'demo-nodes: tcp/30443-30443 0.0.0.0/0'], {
        listeners: ['443 TLS'],
      }),
    },
  },
  {
    name: 'type external: groups of its own, which the nodes let in',
    create: {
      asked: () => ({ annotations: { [key('type')]: 'external' }, spec: { ports: http } }),
      found: network([
        'demo-nodes: tcp/30080-30080 k8s-traffic-demo',
        'k8s-default-web-clients: tcp/80-80 0.0.0.0/0',
        'k8s-traffic-demo:',
      ]),
    },
    edit: {
      asked: () => ({ spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } }),
      found: network([
        'demo-nodes: tcp/30080-30080 k8s-traffic-demo',
        'k8s-default-web-clients: tcp/80-80 192.0.2.0/24',
        'k8s-traffic-demo:',
      ]),
    },
  },
  {
    name: 'an application load balancer: TLS on one of two ports, then attributes',
    create: {
      asked: ({ certificate }) => ({
        annotations: {
          [key('backend-protocol')]: 'http',
          [key('ssl-cert')]: certificate,
          [key('ssl-ports')]: '443',
        },
        spec: { ports: both },
      }),
      found: application,
    },
    edit: {
      asked: () => ({
        annotations: {
          [key('attributes')]: 'routing.http.xff_header_processing.mode=preserve',
          [key('connection-idle-timeout')]: '120',
          [key('healthcheck-path')]: '/ready',
        },
        spec: { sessionAffinity: 'ClientIP' },
      }),
      found: application,
    },
  },
  {
    name: 'pods as targets, whose health is then asked over HTTP',
    pods: ['10.0.10.20', '10.0.11.20'],
    create: {
      asked: () => ({
        annotations: { [key('type')]: 'external', [key('nlb-target-type')]: 'ip' },
        spec: { ports: http },
      }),
      found: network(
        [
          'demo-nodes: tcp/8080-8080 k8s-traffic-demo',
          'k8s-default-web-clients: tcp/80-80 0.0.0.0/0',
          'k8s-traffic-demo:',
        ],
        { targetGroups: ['TCP ip 2 targets'] },
      ),
    },
    edit: {
      asked: () => ({ annotations: { [key('healthcheck-protocol')]: 'HTTP' } }),
      found: network(
        [
          'demo-nodes: tcp/8080-8080 k8s-traffic-demo',
          'k8s-default-web-clients: tcp/80-80 0.0.0.0/0',
          'k8s-traffic-demo:',
        ],
        { targetGroups: ['TCP ip 2 targets'] },
      ),
    },
  },
]
