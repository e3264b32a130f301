import { parseAddress } from '../../src/lib/ip.ts'
import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts'
import { textOf } from '../../src/lib/json-fields.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import type { Fact, GivenFacts, Lookup } from '../../src/provider/blueprint.ts'
import { machinesOf, regionOfZone } from './nodes.ts'

const listed = (value: Json | undefined): readonly JsonObject[] | undefined =>
  Array.isArray(value) ? (value as readonly JsonObject[]) : undefined

/** What a facts file says of one lookup. Where it lists all there are, one that is not among them does not exist. */
export function answerFrom({ key, what }: Lookup, given: GivenFacts, nodes: readonly TargetNode[]): Fact {
  const [, kind = '', ...rest] = key.split('/')
  const name = rest.join('/')
  const value = answers[kind]?.(given, name, nodes)
  return value === undefined ? { key, unknown: what } : { key, value }
}

type Answer = (given: GivenFacts, name: string, nodes: readonly TargetNode[]) => Json | undefined

const answers: Readonly<Record<string, Answer>> = {
  place: (given, _name, nodes) => placeFrom(given, nodes),
  subnet(given, name) {
    const subnets = listed(given['subnets'])
    const found = subnets?.find((one) => one['name'] === name)
    if (subnets === undefined || found === undefined) return subnets === undefined ? undefined : null
    const project = textOf(found['project'] ?? given['project'])
    const region = textOf(found['region'] ?? given['region'])
    const path =
      project === undefined || region === undefined
        ? undefined
        : `projects/${project}/regions/${region}/subnetworks/${name}`
    return { ...found, ...(path === undefined ? {} : { path }) }
  },
  address(given, name) {
    const addresses = listed(given['addresses'])
    if (addresses === undefined) return undefined
    const wanted = canonical(name)
    return (
      addresses.find((one) => one['name'] === name || canonical(textOf(one['address']) ?? '') === wanted) ??
      null
    )
  },
  instances: (given) => given['instances'],
  logging: (given, name) => {
    const all = given['logging']
    return isObject(all) ? (all[name] ?? null) : undefined
  },
}

const canonical = (address: string): string => {
  const parsed = parseAddress(address.replace(/\/\d+$/, ''))
  return parsed.ok ? parsed.value.text : address
}

/** What the file says, else what the nodes' machines show. */
function placeFrom(given: GivenFacts, nodes: readonly TargetNode[]): Json | undefined {
  const [machine] = machinesOf(nodes).list
  const project = textOf(given['project']) ?? machine?.project
  const region = textOf(given['region']) ?? (machine === undefined ? undefined : regionOfZone(machine.zone))
  const network = textOf(given['network'])
  const subnet = textOf(given['subnet'])
  const ingressUid = textOf(given['ingressUid'])
  const path =
    network === undefined || network.includes('/') || project === undefined
      ? network
      : `projects/${project}/global/networks/${network}`
  const found = {
    ...(project === undefined ? {} : { project }),
    ...(region === undefined ? {} : { region }),
    ...(path === undefined ? {} : { network: path }),
    ...(subnet === undefined ? {} : { subnet }),
    ...(ingressUid === undefined ? {} : { ingressUid }),
  }
  return Object.keys(found).length === 0 ? undefined : found
}
