import { anything, flag, int32, int64, kept, listOf, mapOf, struct, text, type Schema } from './schema.ts'

const texts = listOf(text)
const named = (of: Schema) => listOf(of, { mergeKey: 'name' })

/** Fields that are stored as they come: nothing here reads them, and a misspelt name beside them is still told. */
const unread = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, anything]))

const container = struct('Container', {
  ...unread('envFrom resources resizePolicy restartPolicyRules volumeDevices livenessProbe readinessProbe'),
  ...unread('startupProbe lifecycle securityContext'),
  name: text,
  image: text,
  command: texts,
  args: texts,
  workingDir: text,
  ports: listOf(
    struct('ContainerPort', {
      name: text,
      hostPort: int32,
      containerPort: int32,
      protocol: text,
      hostIP: text,
    }),
    { mergeKey: 'containerPort', keys: ['containerPort', 'protocol'] },
  ),
  env: named(struct('EnvVar', { name: text, value: text, valueFrom: anything })),
  volumeMounts: listOf(
    struct('VolumeMount', {
      name: text,
      readOnly: flag,
      recursiveReadOnly: text,
      mountPath: text,
      subPath: text,
      mountPropagation: text,
      subPathExpr: text,
    }),
    { mergeKey: 'mountPath' },
  ),
  restartPolicy: text,
  terminationMessagePath: text,
  terminationMessagePolicy: text,
  imagePullPolicy: text,
  stdin: flag,
  stdinOnce: flag,
  tty: flag,
})

export const podSpec = struct('PodSpec', {
  ...unread('securityContext affinity dnsConfig overhead os resources workloadRef ephemeralContainers'),
  volumes: named(struct('Volume', { name: text }, true)),
  initContainers: named(container),
  containers: named(container),
  restartPolicy: text,
  terminationGracePeriodSeconds: { is: 'int64', kept: true },
  activeDeadlineSeconds: int64,
  dnsPolicy: text,
  nodeSelector: mapOf(text),
  serviceAccountName: text,
  serviceAccount: text,
  automountServiceAccountToken: kept(flag),
  nodeName: text,
  hostNetwork: flag,
  hostPID: flag,
  hostIPC: flag,
  hostUsers: kept(flag),
  shareProcessNamespace: kept(flag),
  imagePullSecrets: named(struct('LocalObjectReference', { name: text })),
  hostname: text,
  hostnameOverride: text,
  subdomain: text,
  schedulerName: text,
  tolerations: listOf(anything),
  hostAliases: listOf(anything, { mergeKey: 'ip' }),
  priorityClassName: text,
  priority: kept(int32),
  preemptionPolicy: text,
  readinessGates: listOf(anything),
  runtimeClassName: text,
  enableServiceLinks: kept(flag),
  topologySpreadConstraints: listOf(anything, { mergeKey: 'topologyKey' }),
  setHostnameAsFQDN: kept(flag),
  schedulingGates: listOf(anything, { mergeKey: 'name' }),
  resourceClaims: listOf(anything, { mergeKey: 'name' }),
})
