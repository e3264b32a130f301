import type { Fate } from '../fate/fate.ts'
import type { FamilySettings, ProxyTable } from '../table/row.ts'

/** Where packets fare otherwise than in the kernel, for `--explain` and for readers. */
export const userspaceDifferences: readonly string[] = [
  "endpoints see this machine's address: the client's is lost, also with externalTrafficPolicy Local",
  'what would be dropped is refused: a process cannot keep silent once the kernel has answered',
  'addresses that this machine does not have are not served',
  'pods are told from others by ranges only, not by the interface that they come from',
  'each address of a Service keeps affinity of its own',
  'SCTP is not served',
]

/** What becomes of a packet here that would meet this fate in the kernel. */
export function inUserspace(fate: Fate): Fate {
  if (fate.verdict === 'forward') {
    const kept =
      fate.source === 'kept' ? `${fate.why}; the relay dials from this machine's address` : fate.why
    return { ...fate, source: 'relay', why: kept }
  }
  if (fate.verdict === 'reject' || fate.verdict === 'pass') return fate
  return { ...fate, verdict: 'reject', why: `${fate.why}; a userspace proxy can only refuse` }
}

/** The table as this plane can tell sources: by address. Whoever asks for fates asks them of this one. */
export function seenFromUserspace(table: ProxyTable): ProxyTable {
  const { IPv4, IPv6 } = table.families
  return {
    ...table,
    families: {
      ...(IPv4 === undefined ? {} : { IPv4: withoutInterface(IPv4) }),
      ...(IPv6 === undefined ? {} : { IPv6: withoutInterface(IPv6) }),
    },
  }
}

const withoutInterface = (settings: FamilySettings): FamilySettings =>
  settings.pods.by === 'interface' ? { ...settings, pods: { by: 'none' } } : settings
