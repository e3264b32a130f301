import { kind } from '../meta-schemas.ts'
import { int64, listOf, struct, text, type Struct } from '../schema.ts'
import { schemas } from '../schemas.ts'

const deleteOptions = struct('DeleteOptions', {
  preconditions: struct('Preconditions', { uid: text, resourceVersion: text }),
  gracePeriodSeconds: int64,
  propagationPolicy: text,
  dryRun: listOf(text),
})
const eviction = kind('Eviction', { deleteOptions })

const attributes = struct('ResourceAttributes', {
  namespace: text,
  verb: text,
  group: text,
  version: text,
  resource: text,
  subresource: text,
  name: text,
})
const review = kind('SelfSubjectAccessReview', {
  spec: struct('SelfSubjectAccessReviewSpec', { resourceAttributes: attributes }),
})

/** The kinds that kubectl makes without a file. */
export const protobufSchemas: { readonly [kind: string]: Struct | undefined } = {
  Service: schemas.services,
  Namespace: schemas.namespaces,
  ConfigMap: schemas.configmaps,
  Event: schemas.events,
  Lease: schemas.leases,
  Deployment: schemas.deployments,
  Secret: schemas.secrets,
  Eviction: eviction,
  DeleteOptions: deleteOptions,
  SelfSubjectAccessReview: review,
}

const words = (list: string) => list.split(' ')

/** The fields of each message in the order of their numbers, from 1; "-" is a number we do not read. */
export const fieldNames: { readonly [message: string]: readonly string[] | undefined } = {
  ObjectMeta: words(
    'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers',
  ),
  OwnerReference: words('kind - name uid apiVersion controller blockOwnerDeletion'),
  ObjectReference: words('kind namespace name uid apiVersion resourceVersion fieldPath'),
  DeleteOptions: words('gracePeriodSeconds preconditions - propagationPolicy dryRun'),
  Eviction: words('metadata deleteOptions'),
  Preconditions: words('uid resourceVersion'),
  SelfSubjectAccessReview: words('metadata spec'),
  SelfSubjectAccessReviewSpec: words('resourceAttributes'),
  ResourceAttributes: words('namespace verb group version resource subresource name'),
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
  Secret: words('metadata data type stringData immutable'),
  Deployment: words('metadata spec'),
  DeploymentSpec: words(
    'replicas selector template strategy minReadySeconds revisionHistoryLimit paused - progressDeadlineSeconds',
  ),
  DeploymentStrategy: words('type rollingUpdate'),
  RollingUpdateDeployment: words('maxUnavailable maxSurge'),
  LabelSelector: words('matchLabels matchExpressions'),
  LabelSelectorRequirement: words('key operator values'),
  PodTemplateSpec: words('metadata spec'),
  PodSpec: words(
    'volumes containers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName serviceAccount nodeName hostNetwork',
  ),
  Container: words('name image command args workingDir ports env'),
  ContainerPort: words('name hostPort containerPort protocol hostIP'),
  EnvVar: words('name value'),
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
