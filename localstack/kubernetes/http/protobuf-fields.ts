import { listOf, struct, text, type Struct } from '../schema.ts'
import { schemas } from '../schemas.ts'

const deleteOptions = struct('DeleteOptions', {
  preconditions: struct('Preconditions', { uid: text, resourceVersion: text }),
  dryRun: listOf(text),
})

/** The kinds that kubectl makes without a file. */
export const protobufSchemas: { readonly [kind: string]: Struct | undefined } = {
  Service: schemas.services,
  Namespace: schemas.namespaces,
  ConfigMap: schemas.configmaps,
  Event: schemas.events,
  Lease: schemas.leases,
  DeleteOptions: deleteOptions,
}

const words = (list: string) => list.split(' ')

/** The fields of each message in the order of their numbers, from 1; "-" is a number we do not read. */
export const fieldNames: { readonly [message: string]: readonly string[] | undefined } = {
  ObjectMeta: words(
    'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers',
  ),
  OwnerReference: words('kind - name uid apiVersion controller blockOwnerDeletion'),
  ObjectReference: words('kind namespace name uid apiVersion resourceVersion fieldPath'),
  DeleteOptions: words('- preconditions - - dryRun'),
  Preconditions: words('uid resourceVersion'),
  Service: words('metadata spec'),
  ServiceSpec: words(
    'ports selector clusterIP type externalIPs - sessionAffinity loadBalancerIP loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig - - ipFamilyPolicy clusterIPs ipFamilies allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution',
  ),
  ServicePort: words('name protocol port targetPort nodePort appProtocol'),
  SessionAffinityConfig: words('clientIP'),
  ClientIPConfig: words('timeoutSeconds'),
  Namespace: words('metadata spec'),
  NamespaceSpec: words('finalizers'),
  ConfigMap: words('metadata data binaryData immutable'),
  Lease: words('metadata spec'),
  LeaseSpec: words(
    'holderIdentity leaseDurationSeconds acquireTime renewTime leaseTransitions strategy preferredHolder',
  ),
  Event: words(
    'metadata involvedObject reason message source firstTimestamp lastTimestamp count type eventTime series action related reportingComponent reportingInstance',
  ),
  EventSource: words('component host'),
  EventSeries: words('count lastObservedTime'),
}
