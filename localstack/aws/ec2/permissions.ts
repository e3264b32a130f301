import type { IpPermission } from '@aws-sdk/client-ec2'
import { fault } from '../fault.ts'
import { maskedCidr } from '../state/addresses.ts'
import type { Peer, Rule } from '../state/records.ts'
import type { World } from '../state/world.ts'

/** A rule before it has an id: one protocol, one range of ports, one peer. */
export type Grant = Omit<Rule, 'id' | 'groupId' | 'egress' | 'tags'>

const protocolNames: Readonly<Record<string, string>> = {
  '6': 'tcp',
  '17': 'udp',
  '1': 'icmp',
  '58': 'icmpv6',
}

/** EC2 keeps one rule for each peer of an IpPermission; this is that list, masked and checked. */
export function readPermissions(world: World, vpcId: string, permissions: readonly IpPermission[]): Grant[] {
  const grants = permissions.flatMap((permission) => {
    const range = readRange(permission)
    const peers = readPeers(world, vpcId, permission)
    if (peers.length === 0) throw fault('MissingParameter', 'A permission must name at least one peer.')
    return peers.map((peer) => ({ ...range, ...peer }))
  })
  const keys = grants.map(grantKey)
  if (new Set(keys).size < keys.length)
    throw fault('InvalidParameterValue', 'The same permission must not appear multiple times')
  return grants
}

/** What makes two rules twins. The description is not part of it. */
export const grantKey = (grant: Grant): string =>
  `${grant.protocol} ${grant.from}-${grant.to} ${peerText(grant.peer)}`

function peerText(peer: Peer): string {
  if (peer.kind === 'group') return peer.groupId
  return peer.kind === 'prefixList' ? peer.prefixListId : peer.cidr
}

function readRange(permission: IpPermission): { protocol: string; from: number; to: number } {
  const given = permission.IpProtocol?.toLowerCase()
  if (given === undefined)
    throw fault('MissingParameter', 'The request must contain the parameter ipProtocol')
  const protocol = protocolNames[given] ?? given
  if (protocol === '-1') return { protocol, from: -1, to: -1 }
  if (protocol === 'icmpv6' && permission.FromPort === undefined) return { protocol, from: -1, to: -1 }
  if (!['tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol)) {
    if (!/^\d+$/.test(protocol) || Number(protocol) > 255)
      throw fault('InvalidPermission.Malformed', `Invalid value '${given}' for IP protocol.`)
    return { protocol, from: -1, to: -1 }
  }
  const { FromPort: from, ToPort: to } = permission
  if (from === undefined || to === undefined)
    throw fault('InvalidParameterValue', `Invalid value 'Must specify both from and to ports with TCP/UDP.'`)
  const lowest = protocol.startsWith('icmp') ? -1 : 0
  const highest = protocol.startsWith('icmp') ? 255 : 65535
  if (from < lowest || to < lowest || from > highest || to > highest)
    throw fault('InvalidParameterValue', `Invalid value '${from}-${to}' for portRange.`)
  if (lowest === 0 && from > to)
    throw fault('InvalidParameterValue', `Invalid TCP/UDP port range (${from}:${to})`)
  return { protocol, from, to }
}

function readPeers(
  world: World,
  vpcId: string,
  permission: IpPermission,
): { peer: Peer; description?: string }[] {
  return [
    ...(permission.IpRanges ?? []).map((range) => peerOf(readCidr(range.CidrIp, 'ipv4'), range.Description)),
    ...(permission.Ipv6Ranges ?? []).map((range) =>
      peerOf(readCidr(range.CidrIpv6, 'ipv6'), range.Description),
    ),
    ...(permission.UserIdGroupPairs ?? []).map((pair) =>
      peerOf(readGroup(world, vpcId, pair.GroupId), pair.Description),
    ),
    ...(permission.PrefixListIds ?? []).map((list) =>
      peerOf(readPrefixList(world, list.PrefixListId), list.Description),
    ),
  ]
}

function peerOf(peer: Peer, description: string | undefined): { peer: Peer; description?: string } {
  if (description === undefined || description === '') return { peer }
  return { peer, description: checkDescription(description) }
}

export function checkDescription(text: string): string {
  if (text.length > 255 || !/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/.test(text))
    throw fault(
      'InvalidParameterValue',
      `Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*`,
    )
  return text
}

function readCidr(text: string | undefined, family: 'ipv4' | 'ipv6'): Peer {
  const cidr = maskedCidr(text ?? '', family)
  if (cidr === undefined) throw fault('InvalidParameterValue', `CIDR block ${text ?? ''} is malformed`)
  return { kind: family, cidr }
}

function readGroup(world: World, vpcId: string, id: string | undefined): Peer {
  const group = world.securityGroups.get(id ?? '')
  if (group === undefined || group.vpcId !== vpcId)
    throw fault('InvalidGroup.NotFound', `The security group '${id ?? ''}' does not exist`)
  return { kind: 'group', groupId: group.id }
}

function readPrefixList(world: World, id: string | undefined): Peer {
  if (id === undefined || !world.prefixLists.has(id))
    throw fault('InvalidPrefixListID.NotFound', `The prefix list ID '${id ?? ''}' does not exist`)
  return { kind: 'prefixList', prefixListId: id }
}
