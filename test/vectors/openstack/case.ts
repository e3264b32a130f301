import { defaultConfig, type OpenStackConfig, type Placement } from '../../../providers/openstack/config.ts'
import {
  openstackAnnotations,
  openstackSettings,
  type OpenStackSettings,
} from '../../../providers/openstack/annotations.ts'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { readAnnotations } from '../../../src/model/annotation-reader.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import type { Problem } from '../../../src/model/problem.ts'
import type { Vector } from '../vector.ts'

export const inside = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined)
export const textAt = (value: unknown, key: string): string | undefined => {
  const found = inside(value, key)
  return typeof found === 'string' && found !== '' ? found : undefined
}

const placement = {
  'floating-network-id': 'floatingNetworkId',
  'floating-subnet-id': 'floatingSubnetId',
  'floating-subnet': 'floatingSubnet',
  'floating-subnet-tags': 'floatingSubnetTags',
  'network-id': 'networkId',
  'subnet-id': 'subnetId',
  'member-subnet-id': 'memberSubnetId',
} as const

function placementOf(from: unknown): Placement {
  const fields: Record<string, string> = {}
  for (const [theirs, ours] of Object.entries(placement)) {
    const value = textAt(from, theirs)
    if (value !== undefined) fields[ours] = value
  }
  return fields
}

/** The peer's cloud.conf as our settings. */
export function configOf({ context }: Vector): OpenStackConfig {
  const from = context['cloudConfig']
  const classes = inside(from, 'lb-classes')
  const method = textAt(from, 'lb-method')
  return {
    ...defaultConfig,
    ...placementOf(from),
    lbProvider: textAt(from, 'lb-provider') ?? defaultConfig.lbProvider,
    ...(method === undefined ? {} : { lbMethod: method }),
    classes: isObject(classes)
      ? Object.fromEntries(Object.entries(classes).map(([name, fields]) => [name, placementOf(fields)]))
      : {},
    enableIngressHostname: inside(from, 'enable-ingress-hostname') === true,
    ingressHostnameSuffix: textAt(from, 'ingress-hostname-suffix') ?? defaultConfig.ingressHostnameSuffix,
  }
}

interface SettingsRead {
  readonly settings: OpenStackSettings
  readonly problems: readonly Problem[]
}

/** The annotations of the case, read by our table. */
export function settingsIn(service: ServiceObject | null | undefined): SettingsRead {
  const read = readAnnotations(openstackAnnotations, service?.metadata?.annotations ?? {}, 'openstack')
  return { settings: openstackSettings(read), problems: read.problems }
}

/** `resolvedConfig`: what the peer made of settings and annotations before the function under test. */
export const resolvedIn = ({ context }: Vector): JsonObject => {
  const resolved = context['resolvedConfig']
  return isObject(resolved) ? resolved : {}
}

export const featureIn = ({ context }: Vector, name: string): boolean =>
  inside(context['octaviaFeatures'], name) === true
