import * as v from 'valibot'
import { choice, integer, map, name, toggle, words, type SettingSpec } from './setting-types.ts'

const armName = 'a name: letters, digits, "_", "." and "-"'
const named = (doc: string, fallback: string): SettingSpec<string> => ({
  ...words(doc, fallback, 'NAME', armName),
  schema: v.pipe(v.string(armName), v.regex(/^[\w.()-]+$/, armName)),
})

const selector = v.strictObject({
  matchLabels: v.optional(v.record(v.string(), v.string())),
  matchExpressions: v.optional(
    v.array(
      v.strictObject({
        key: v.string(),
        operator: v.picklist(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: v.optional(v.array(v.string())),
      }),
    ),
  ),
})

const loadBalancer = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  primaryVMSet: v.optional(v.string()),
  allowServicePlacement: v.optional(v.boolean()),
  serviceLabelSelector: v.optional(selector),
  serviceNamespaceSelector: v.optional(selector),
  nodeSelector: v.optional(selector),
})

type LoadBalancers = readonly v.InferOutput<typeof loadBalancer>[]

const loadBalancersAccept =
  'a list of load balancers, each with name and perhaps primaryVMSet, allowServicePlacement, serviceLabelSelector, serviceNamespaceSelector, nodeSelector; as a flag or variable, in JSON'

/** A list in the file, JSON elsewhere. */
const loadBalancers: SettingSpec<LoadBalancers> = {
  schema: v.union(
    [
      v.array(loadBalancer),
      v.pipe(
        v.string(),
        v.rawTransform(({ dataset, addIssue, NEVER }) => {
          try {
            return JSON.parse(dataset.value) as unknown
          } catch {
            addIssue({ message: loadBalancersAccept })
            return NEVER
          }
        }),
        v.array(loadBalancer),
      ),
    ],
    loadBalancersAccept,
  ),
  accepts: loadBalancersAccept,
  doc: 'several standard load balancers to spread Services and nodes over; one is named as the cluster',
  default: 'none: one for all Services, and its internal twin',
  absent: [],
  argument: 'JSON',
}

/** The settings of `providers/azure/config.ts`, which knows what their values must look like. */
export const azureSettings = {
  clusterName: name('the name of this cluster in names and tags', "the cluster's name"),
  subscription: named('the id of the subscription', 'that of the node'),
  resourceGroup: named('the resource group of the load balancers', 'that of the nodes'),
  location: words('the region', 'that of the nodes', 'REGION'),
  virtualNetwork: named('the virtual network of the nodes', 'that of the nodes'),
  virtualNetworkResourceGroup: named('its resource group', 'the resource group'),
  subnet: named('the subnet of internal load balancers whose Service names none', 'none'),
  securityGroup: named('the security group of the nodes', 'found from the nodes'),
  securityGroupResourceGroup: named('its resource group', 'the resource group'),
  loadBalancerName: named('the name of the load balancer', "the cluster's name"),
  loadBalancerSku: choice(
    ['standard', 'basic'],
    'the SKU of load balancers and addresses; Azure has retired basic',
    'standard',
  ),
  loadBalancers,
  tags: map('tags on everything that is made', 'none', 'TAGS'),
  disableOutboundSnat: toggle(
    'leave connections of nodes to the internet to outbound rules or a NAT gateway',
  ),
  clusterProbe: choice(
    ['per-port', 'shared'],
    'how Services with externalTrafficPolicy Cluster are probed: each port, or the node proxy once for all',
    'per-port',
  ),
  sharedProbePort: integer('where the shared probe asks', 10_256, 1, 65_535),
  sharedProbePath: words('what the shared probe asks for', '/healthz', 'PATH'),
  probesFollowAppProtocol: toggle(
    'probe ports with appProtocol http or https over that, at / where no path is given, as the controller for Azure does',
  ),
  changeIPTags: toggle('change IP tags of public IP addresses in place'),
} as const
