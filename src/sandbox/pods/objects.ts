import type { KubeObject } from '../../model/objects.ts'

/** What running a pod reads of it, as the API server writes it in JSON. */
export interface Pod extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly deletionGracePeriodSeconds?: number }
  readonly spec?: PodSpec
  readonly status?: PodStatus
}

export interface PodSpec {
  readonly nodeName?: string
  readonly hostname?: string
  readonly subdomain?: string
  readonly hostNetwork?: boolean
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[]
  readonly dnsPolicy?: string
  readonly dnsConfig?: PodDnsConfig
  readonly restartPolicy?: string
  readonly terminationGracePeriodSeconds?: number
  readonly activeDeadlineSeconds?: number
  readonly enableServiceLinks?: boolean
  readonly serviceAccountName?: string
  readonly readinessGates?: readonly { readonly conditionType: string }[]
  readonly volumes?: readonly Volume[]
  readonly initContainers?: readonly Container[]
  readonly containers?: readonly Container[]
}

export interface PodDnsConfig {
  readonly nameservers?: readonly string[]
  readonly searches?: readonly string[]
  readonly options?: readonly { readonly name: string; readonly value?: string }[]
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly imagePullPolicy?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly workingDir?: string
  readonly ports?: readonly {
    readonly name?: string
    readonly containerPort: number
    readonly protocol?: string
  }[]
  readonly env?: readonly EnvVariable[]
  readonly envFrom?: readonly EnvSource[]
  readonly volumeMounts?: readonly VolumeMount[]
  readonly resources?: Resources
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly startupProbe?: Probe
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler }
  readonly restartPolicy?: string
  readonly stdin?: boolean
  readonly stdinOnce?: boolean
  readonly tty?: boolean
}

export interface Resources {
  readonly limits?: Readonly<Record<string, string | number>>
  readonly requests?: Readonly<Record<string, string | number>>
}

interface KeyOf {
  readonly name?: string
  readonly key: string
  readonly optional?: boolean
}

export interface EnvVariable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly configMapKeyRef?: KeyOf
    readonly secretKeyRef?: KeyOf
    readonly fieldRef?: { readonly fieldPath: string }
    readonly resourceFieldRef?: ResourceField
  }
}

export interface ResourceField {
  readonly containerName?: string
  readonly resource: string
  readonly divisor?: string
}

interface Named {
  readonly name?: string
  readonly optional?: boolean
}

export interface EnvSource {
  readonly prefix?: string
  readonly configMapRef?: Named
  readonly secretRef?: Named
}

export interface VolumeMount {
  readonly name: string
  readonly mountPath: string
  readonly subPath?: string
  readonly readOnly?: boolean
}

export interface KeyToPath {
  readonly key: string
  readonly path: string
  readonly mode?: number
}

export interface DownwardItem {
  readonly path: string
  readonly mode?: number
  readonly fieldRef?: { readonly fieldPath: string }
  readonly resourceFieldRef?: ResourceField
}

export interface KeyedSource {
  readonly items?: readonly KeyToPath[]
  readonly optional?: boolean
}

export interface Volume {
  readonly name: string
  readonly configMap?: KeyedSource & { readonly name?: string; readonly defaultMode?: number }
  readonly secret?: KeyedSource & { readonly secretName?: string; readonly defaultMode?: number }
  readonly downwardAPI?: { readonly items?: readonly DownwardItem[]; readonly defaultMode?: number }
  readonly projected?: {
    readonly defaultMode?: number
    readonly sources?: readonly {
      readonly configMap?: KeyedSource & { readonly name?: string }
      readonly secret?: KeyedSource & { readonly name?: string }
      readonly downwardAPI?: { readonly items?: readonly DownwardItem[] }
      readonly serviceAccountToken?: { readonly path: string }
    }[]
  }
  readonly emptyDir?: object
  readonly hostPath?: { readonly path: string; readonly type?: string }
}

export interface HttpGet {
  readonly path?: string
  readonly port: number | string
  readonly host?: string
  readonly scheme?: string
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[]
}

export interface Handler {
  readonly exec?: { readonly command?: readonly string[] }
  readonly httpGet?: HttpGet
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string }
  readonly sleep?: { readonly seconds: number }
}

export interface Probe extends Handler {
  readonly grpc?: { readonly port: number; readonly service?: string }
  readonly initialDelaySeconds?: number
  readonly timeoutSeconds?: number
  readonly periodSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
  readonly terminationGracePeriodSeconds?: number
}

export interface PodCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export interface PodStatus {
  readonly phase?: string
  readonly reason?: string
  readonly message?: string
  readonly hostIP?: string
  readonly hostIPs?: readonly { readonly ip: string }[]
  readonly podIP?: string
  readonly podIPs?: readonly { readonly ip: string }[]
  readonly startTime?: string
  readonly qosClass?: string
  readonly conditions?: readonly PodCondition[]
  readonly containerStatuses?: readonly object[]
  readonly initContainerStatuses?: readonly object[]
}
