import { row } from '../../src/model/annotation-row.ts'
import {
  type AnnotationTable,
  type AnySettings,
  type Settings,
  settingsOf,
} from '../../src/model/annotations.ts'
import { fail, ok } from '../../src/lib/result.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { sharedAnnotations } from '../../src/model/shared-annotations.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import { text } from '../../src/model/value-text.ts'
import { addresses, collection, configName, subnetName } from './annotation-types.ts'
import { portableAnnotations } from './annotations-portable.ts'

const kind = choice(['Internal', 'External'], { case: 'ignore' })
const gke = 'networking.gke.io/'
const cloud = 'cloud.google.com/'

const share = {
  type: boolean,
  default: 'false',
  example: 'true',
  doc: 'Internal load balancers of one protocol and affinity share one backend service. Without effect where `externalTrafficPolicy` is Local.',
}

/** The keys of the three controllers for GCP. `desired` reads them by these names. */
export const own = {
  type: row({
    key: `${gke}load-balancer-type`,
    type: kind,
    portable: takes(portable.internal, (internal) => ok(internal ? 'Internal' : 'External')),
    default: 'what `cloud.google.com/load-balancer-type` says, else the default scheme of the configuration',
    example: 'Internal',
    doc: 'Whether the load balancer has an address of the VPC only. A `loadBalancerClass` of GKE outranks it.',
  }),
  legacyType: row({
    key: `${cloud}load-balancer-type`,
    type: kind,
    default: 'the default scheme of the configuration: external',
    example: 'Internal',
    doc: 'The older form of `networking.gke.io/load-balancer-type`; read only where that one is absent.',
  }),
  networkTier: row({
    key: `${cloud}network-tier`,
    type: choice(['Premium', 'Standard'], { case: 'ignore' }),
    default: 'Premium',
    example: 'Standard',
    doc: 'The network tier of an external address. IPv6 has the Premium tier only, and so have internal addresses.',
  }),
  globalAccess: row({
    key: `${gke}internal-load-balancer-allow-global-access`,
    type: boolean,
    default: 'false',
    example: 'true',
    doc: 'Whether clients in other regions of the VPC reach an internal load balancer.',
  }),
  subnet: row({
    key: `${gke}load-balancer-subnet`,
    type: subnetName,
    portable: takes(portable.subnets, (names) =>
      names.length === 1 && names[0] !== undefined
        ? subnetName.parse(names[0])
        : fail({
            message: `a load balancer of this cloud stands in one subnet, and ${names.length} are named`,
            accepted: 'the name of one subnet',
          }),
    ),
    default: 'what the older key says, else the subnet of the nodes',
    example: 'front',
    doc: 'The subnet that an internal address, or an IPv6 address, comes from.',
  }),
  internalSubnet: row({
    key: `${gke}internal-load-balancer-subnet`,
    type: subnetName,
    default: 'the subnet of the nodes',
    example: 'front',
    doc: 'The older form of `networking.gke.io/load-balancer-subnet`, for internal load balancers only.',
  }),
  addresses: row({
    key: `${gke}load-balancer-ip-addresses`,
    type: addresses,
    portable: takes(portable.address, (list) => addresses.parse(list.join(','))),
    default: '`spec.loadBalancerIP`, else an address that is reserved for the Service',
    example: 'front-v4, front-v6',
    doc: 'Reserved addresses by name, at most one of each family. An address itself is taken too.',
  }),
  backendShare: row({ key: 'alpha.cloud.google.com/load-balancer-backend-share', ...share }),
  legacyBackendShare: row({ key: `${cloud}load-balancer-backend-share`, ...share }),
  strongAffinity: row({
    key: `${gke}l4-strong-session-affinity`,
    type: choice(['enabled']),
    default: 'off',
    example: 'enabled',
    doc: 'A client keeps its node as long as the session lasts. Needs an external load balancer, `sessionAffinity: ClientIP` and a time-out of 60 to 57600 seconds.',
  }),
  weighted: row({
    key: `${gke}weighted-load-balancing`,
    type: choice(['pods-per-node']),
    default: 'every node counts the same',
    example: 'pods-per-node',
    doc: 'A node gets a share of the traffic after the number of its pods. Needs `externalTrafficPolicy: Local`.',
  }),
  logging: row({
    key: `${gke}l4lb-config`,
    type: configName,
    default: 'logging is left as it is',
    example: 'edge-logging',
    doc: 'An L4LBConfig object in the namespace of the Service that says what is logged.',
  }),
  ipCollection: row({
    key: `${gke}ip-collection-v6`,
    type: collection,
    default: 'an IPv6 address of Google',
    example: 'projects/shop/regions/us-central1/publicDelegatedPrefixes/edge',
    doc: 'A prefix of your own that the IPv6 address of an external load balancer comes from.',
  }),
} satisfies AnnotationTable

/** Keys that have no effect on what is made here. */
const others: AnnotationTable = {
  regionalBackend: {
    key: `${cloud}l4-rbs`,
    type: text({ accepts: 'enabled' }),
    verdict: {
      is: 'ignored',
      why: 'external load balancers always have a regional backend service here, which is what "enabled" asks for; target pools are not made any more',
      harmless: ['enabled'],
    },
    doc: 'Asks for a regional backend service instead of a target pool.',
    default: 'enabled',
    example: 'enabled',
  },
  written: {
    key: 'service.kubernetes.io/<what was made>',
    family:
      /^(service\.kubernetes\.io\/(?<at>((tcp|udp|l3)-forwarding-rule|firewall-rule(-deny|-for-hc)?)(-ipv6)?|backend-service|healthcheck)|networking\.gke\.io\/(backend-service|target-pool))$/,
    type: text({ accepts: 'the name of an object' }),
    verdict: {
      is: 'ignored',
      why: 'other controllers write here what they made; what exists is asked of the cloud instead',
      harmless: 'all',
    },
    doc: "Bookkeeping of other controllers: the names of forwarding rules, backend services, firewall rules and health checks that they made. Nobody's edit of it can make this controller leave something behind.",
    default: 'none',
    example: 'k8s2-tcp-7kpbhpki-shop-web-956p2p7x',
  },
  ingress: {
    key: 'cloud.google.com/<for Ingress>',
    family:
      /^(cloud\.google\.com\/(?<at>neg|neg-status|backend-config|app-protocols)|beta\.cloud\.google\.com\/backend-config)$/,
    type: text({ accepts: 'what the Ingress controller takes' }),
    verdict: {
      is: 'ignored',
      why: 'the Ingress and Gateway controllers read this; it says nothing of the load balancer of a Service',
      harmless: 'all',
    },
    doc: 'What Ingress and Gateway do with the Service: endpoint groups, backend configuration, protocols of ports.',
    default: 'none',
    example: '{"ingress": true}',
  },
  customRule: {
    key: `${gke}custom-forwarding-rule`,
    type: text({ accepts: 'names of forwarding rules' }),
    verdict: {
      is: 'ignored',
      why: 'with the class networking.gke.io/standalone-passthrough-lb-neg the forwarding rule is made by the user; its address is not copied to the status yet',
    },
    doc: 'Names the forwarding rules that a user made for a Service of which only endpoint groups are kept.',
    default: 'none',
    example: 'edge-rule',
  },
}

export const gcpRows = { ...own, ...portableAnnotations } satisfies AnnotationTable

export const gcpAnnotations: AnnotationTable = { ...gcpRows, ...sharedAnnotations, ...others }

export type GcpSettings = Settings<typeof gcpRows>

export const gcpSettings = (lb: { readonly settings: AnySettings }): GcpSettings => settingsOf(gcpRows, lb)
