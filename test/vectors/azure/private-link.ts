import { azureAnnotations, type AzureSettings, azureSettings } from '../../../providers/azure/annotations.ts'
import { desiredPrivateLink } from '../../../providers/azure/desired-private-link.ts'
import { canonicalPrivateLink } from '../../../providers/azure/kinds/private-link-service.ts'
import { privateLinkName } from '../../../providers/azure/names.ts'
import { linkSubnet } from '../../../providers/azure/private-link-problems.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { hasError } from '../../../src/model/problem.ts'
import { indexOf } from '../../../src/model/table-index.ts'
import type { Compare, Vector } from '../vector.ts'
import { objectIn, textIn } from './bodies.ts'
import { byName, differences } from './differences.ts'
import { read } from './service.ts'
import { configOf, wishOf } from './wish.ts'

const prefix = 'service.beta.kubernetes.io/azure-'

interface Settings {
  /** Undefined where the Service is refused as a whole. */
  readonly settings: AzureSettings | undefined
}

function settingsIn({ service }: Vector): Settings {
  const { lb } = read(service)
  return { settings: lb === undefined ? undefined : azureSettings(lb) }
}

const none: AzureSettings = {}

export const subnet: Compare = (one) => {
  const { subnet: _theirs, ...config } = configOf({})
  return differences(one.expected, {
    subnet: linkSubnet({ settings: settingsIn(one).settings ?? none, config }),
  })
}

export const count: Compare = (one) => {
  const { settings } = settingsIn(one)
  const ipCount = settings === undefined ? 0 : (settings.plsAddressCount?.value ?? 1)
  return differences(one.expected, { err: settings === undefined, ipCount })
}

export const fixedAddresses: Compare = (one) => {
  const { settings } = settingsIn(one)
  const list = settings?.plsAddresses?.value ?? []
  return differences(one.expected, {
    err: settings === undefined,
    ips: Object.fromEntries(list.map((address) => [address, true])),
    primaryIP: list[0] ?? '',
  })
}

/** One that exists keeps its name as long as the Service asks for no other. */
export const name: Compare = (one) => {
  const { pls, fipConfig } = one.context
  const asked = settingsIn(one).settings?.plsName?.value
  const held = isObject(pls) ? textIn(pls, 'name') : ''
  const frontend = isObject(fipConfig) ? textIn(fipConfig, 'name') : ''
  const err = asked !== undefined && held !== '' && asked !== held
  const name = asked ?? (held === '' ? privateLinkName(frontend) : held)
  return differences(one.expected, { name: err ? '' : name, err })
}

export const resourceGroup: Compare = (one) => {
  const asked = settingsIn(one).settings?.plsResourceGroup?.value
  return differences(one.expected, { resourceGroup: asked ?? configOf({}).resourceGroup })
}

export const required: Compare = (one) =>
  differences(one.expected, { value: settingsIn(one).settings?.plsCreate?.value === true })

/** The peer asks only which keys there are. */
export const hasMore: Compare = (one) => {
  const table = indexOf(azureAnnotations)
  const names = Object.keys(one.service?.metadata?.annotations ?? {}).map((key) => table.nameOf(key) ?? '')
  return differences(one.expected, {
    value: names.some((row) => row.startsWith('pls') && row !== 'plsCreate'),
  })
}

/** The Service of the case, with a link as all of these cases have one. */
function linked({ service, context }: Vector): ServiceObject {
  const given = service?.metadata?.annotations ?? {}
  const link = typeof context['plsName'] === 'string' ? context['plsName'] : 'testpls'
  const annotations = {
    [`${prefix}load-balancer-internal`]: 'true',
    [`${prefix}pls-name`]: link,
    ...given,
    [`${prefix}pls-create`]: 'true',
  }
  return {
    ...service,
    metadata: { ...service?.metadata, name: service?.metadata?.name ?? 'svc', annotations },
  }
}

interface Decided {
  readonly refused: boolean
  readonly properties: JsonObject
}

/** What the link should be; the case calls its subnet `subnetID`. */
function decide(one: Vector): Decided {
  const { wish, refused } = wishOf({ ...one, service: linked(one) }, { config: { subnet: 'subnet' } })
  if (wish === undefined) return { refused, properties: {} }
  const { resources, problems } = desiredPrivateLink(wish)
  const properties = objectIn(canonicalPrivateLink(resources[0]?.spec ?? {}), 'properties')
  return { refused: refused || hasError(problems), properties }
}

/** The link as the case has it. */
const given = ({ context: { pls } }: Vector): JsonObject => objectIn(isObject(pls) ? pls : {}, 'properties')

const existing = (one: Vector): JsonObject =>
  objectIn(canonicalPrivateLink({ properties: given(one) }), 'properties')

/** Fields of the link that the Service decides, beside what they are. */
const changing =
  (label: string, read: (properties: JsonObject) => Json | undefined, unset: Json): Compare =>
  (one) => {
    const { properties } = decide(one)
    const [before, after] = [read(existing(one)), read(properties)]
    const changed = differences(before ?? unset, after ?? unset).length > 0
    // What is right already stays as it is written, or not written.
    return differences(one.expected, { [label]: changed ? after : read(given(one)), changed })
  }

const subscriptions = (field: string) => (properties: JsonObject) =>
  objectIn(properties, field)['subscriptions']

export const proxyProtocol = changing('enabled', (properties) => properties['enableProxyProtocol'], false)
export const fqdns = changing('fqdns', (properties) => properties['fqdns'], [])
export const visibility = changing('visibility', subscriptions('visibility'), [])
export const autoApproval = changing('autoApproval', subscriptions('autoApproval'), [])

const withTheirSubnet = (config: Json): Json => {
  if (!isObject(config)) return config
  return { ...config, properties: { ...objectIn(config, 'properties'), subnet: { id: 'subnetID' } } }
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const ipConfigurations: Compare = (one) => {
  const expected = one.expected as {
    readonly err?: boolean
    readonly changed?: boolean
    readonly ipConfigurations?: unknown
  }
  // A call that fails is no part of deciding.
  if (one.context['getSubnetError'] !== undefined) return differences(expected.err ?? false, true, 'err')
  const { refused, properties } = decide(one)
  const error = differences(expected.err ?? false, refused, 'err')
  if (refused) return error
  const { existingIPConfigs } = one.context
  const after = list(properties['ipConfigurations']).map((config) => withTheirSubnet(config as Json))
  const changed = differences(byName(list(existingIPConfigs)), byName(after)).length > 0
  return [
    ...error,
    ...differences(expected.changed, changed, 'changed'),
    ...differences(byName(list(expected.ipConfigurations)), byName(after), 'ipConfigurations'),
  ]
}
