import { choice, list, name, toggle, words } from './setting-types.ts'

/** The settings of `providers/gcp/config.ts`, which knows what their values must look like. */
export const gcpSettings = {
  clusterName: name('the name of this cluster, for people', "the cluster's name"),
  project: words('the project that load balancers are made in', 'that of the nodes', 'PROJECT'),
  region: words('the region', 'that of the nodes', 'REGION'),
  network: words('the VPC network', 'that of the nodes', 'NETWORK'),
  subnet: words('the subnet that internal addresses come from', 'that of the nodes', 'SUBNET'),
  nodeTags: list('network tags of the nodes, for firewall rules', 'found from the instances', 'TAGS'),
  defaultScheme: choice(['external', 'internal'], 'the scheme of Services that do not say', 'external'),
  backends: choice(
    ['neg', 'instance-group'],
    'what load balancers send to: endpoint groups of each Service, or shared instance groups',
    'neg',
  ),
  mixedProtocols: choice(
    ['two-rules', 'l3'],
    'TCP and UDP on one external address: two forwarding rules, or one for everything',
    'two-rules',
  ),
  denyRules: toggle('deny at the address of a load balancer what its own firewall rule does not allow'),
  without: list(
    'features not to use: destination-ranges, discrete-ports, logging, strong-affinity, weighted, zonal-affinity',
    'none',
    'FEATURES',
  ),
} as const
