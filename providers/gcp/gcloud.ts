/** A firewall rule as the command that makes it: for those who may not write in the host project of a shared VPC. */
import { textOf } from '../../src/lib/json-fields.ts'
import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts'
import { note, type Problem } from '../../src/model/problem.ts'
import type { Resource } from '../../src/plan/resource.ts'
import { lastOf, pathOf } from './links.ts'
import type { Wish } from './wish.ts'

const gap = '<known at apply>'

const list = (value: Json | undefined): string | undefined => {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return gap
  const items = (value as readonly Json[]).map((item) => textOf(item) ?? gap)
  return items.length === 0 ? undefined : items.toSorted().join(',')
}

/** `tcp:80,tcp:443,icmp`, each port with its protocol. */
function protocols(value: Json | undefined): string | undefined {
  if (!Array.isArray(value)) return undefined
  const items = (value as readonly Json[]).filter(isObject).flatMap(({ IPProtocol, ports }) => {
    const protocol = (textOf(IPProtocol) ?? '').toLowerCase()
    if (ports === undefined) return [protocol]
    return Array.isArray(ports)
      ? (ports as readonly Json[]).map((port) => `${protocol}:${textOf(port) ?? gap}`)
      : [gap]
  })
  return items.length === 0 ? undefined : items.toSorted().join(',')
}

export function firewallCommand(verb: 'create' | 'update', rule: JsonObject, project: string): string {
  const { priority } = rule
  const network = textOf(rule['network'])
  const flags: readonly (readonly [flag: string, value: string | undefined])[] = [
    ['network', verb === 'create' ? lastOf(network ?? gap) : undefined],
    ['description', JSON.stringify(textOf(rule['description']) ?? '')],
    ['allow', protocols(rule['allowed'])],
    ['deny', protocols(rule['denied'])],
    ['source-ranges', list(rule['sourceRanges'])],
    ['destination-ranges', list(rule['destinationRanges'])],
    ['target-tags', list(rule['targetTags'])],
    ['priority', typeof priority === 'number' ? `${priority}` : undefined],
    ['direction', textOf(rule['direction'])],
  ]
  return [
    `gcloud compute firewall-rules ${verb} ${textOf(rule['name']) ?? gap}`,
    ...flags.flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag} ${value}`])),
    ...(rule['disabled'] === true ? ['--disabled'] : []),
    `--project ${project}`,
  ].join(' ')
}

/** In a shared VPC firewall rules stand in the project of the network, where the cluster's account often may not write. */
export function sharedNetworkNotes(
  { place, observed }: Wish,
  firewalls: readonly Resource[],
): readonly Problem[] {
  const host = /^projects\/(?<host>[^/]+)\//.exec(pathOf(place.network ?? ''))?.groups?.['host']
  if (host === undefined || place.project === undefined || host === place.project) return []
  return firewalls.map(({ kind, key, spec }) => {
    const exists = observed.some((item) => item.kind === kind && item.key === key)
    return note(
      'LB_GCP_SHARED_VPC',
      'spec.type',
      `the firewall rule ${textOf(spec['name']) ?? gap} is made in ${host}, the project of the network`,
      { hint: `who may write there can run: ${firewallCommand(exists ? 'update' : 'create', spec, host)}` },
    )
  })
}
