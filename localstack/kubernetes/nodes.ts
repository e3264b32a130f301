import type { NodeObject } from '../../src/model/objects.ts'

export interface NodeSketch {
  readonly name: string
  readonly providerID?: string
  /** The internal address, or one per family. */
  readonly address?: string | readonly string[]
  readonly externalAddress?: string
  readonly podCIDRs?: readonly string[]
  readonly zone?: string
  readonly region?: string
  readonly instanceType?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: NonNullable<NodeObject['spec']>['taints']
  readonly ready?: boolean
}

const given = (key: string, value: string | undefined) => (value === undefined ? {} : { [key]: value })

/** A Node as a kubelet and a cloud node controller leave it behind. */
export function nodeOf(sketch: NodeSketch, time: string): NodeObject {
  const internal = typeof sketch.address === 'string' ? [sketch.address] : (sketch.address ?? [])
  const ready = sketch.ready ?? true
  const status = {
    addresses: [
      ...internal.map((address) => ({ type: 'InternalIP', address })),
      ...(sketch.externalAddress === undefined
        ? []
        : [{ type: 'ExternalIP', address: sketch.externalAddress }]),
      { type: 'Hostname', address: sketch.name },
    ],
    conditions: [
      {
        type: 'Ready',
        status: ready ? 'True' : 'False',
        reason: ready ? 'KubeletReady' : 'KubeletNotReady',
        lastHeartbeatTime: time,
        lastTransitionTime: time,
        message: ready ? 'kubelet is posting ready status' : 'container runtime is down',
      },
    ],
    nodeInfo: {
      kubeletVersion: 'v1.35.0',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      kernelVersion: '6.1.0',
      containerRuntimeVersion: 'containerd://2.1.0',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  }
  return {
    metadata: {
      name: sketch.name,
      labels: {
        'kubernetes.io/hostname': sketch.name,
        ...given('topology.kubernetes.io/zone', sketch.zone),
        ...given('topology.kubernetes.io/region', sketch.region),
        ...given('node.kubernetes.io/instance-type', sketch.instanceType),
        ...sketch.labels,
      },
    },
    spec: {
      ...(sketch.podCIDRs === undefined
        ? {}
        : { podCIDR: sketch.podCIDRs[0] ?? '', podCIDRs: sketch.podCIDRs }),
      ...(sketch.providerID === undefined ? {} : { providerID: sketch.providerID }),
      ...(sketch.taints === undefined ? {} : { taints: sketch.taints }),
    },
    status,
  }
}
