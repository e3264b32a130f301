import type { IpFamily } from '../../lib/ip.ts'
import { PlaneRefused } from '../data-plane.ts'
import { choiceChain, type Frame, ground, turn } from './frame.ts'
import { type Nft, NftRefused } from './nft.ts'

const leastNft = [1, 0, 1] as const
const leastKernel = [5, 13] as const

/** A family that the kernel does not take our rules of. */
export interface FamilyLack {
  readonly family: IpFamily
  readonly reason: string
}

/**
 * Whether this machine takes our rules; answers the families that it does not take them of, while it takes those of the
 * other. The last question is put to the kernel: it tries them without keeping them.
 */
export async function check(nft: Nft, kernel: string, signal: AbortSignal): Promise<readonly FamilyLack[]> {
  if (older(kernel, leastKernel))
    throw new PlaneRefused(
      `kernel ${kernel} is older than ${leastKernel.join('.')}`,
      'boot a newer kernel, or use --data-plane=userspace',
    )
  const version = await versionOf(nft, signal)
  if (older(version, leastNft))
    throw new PlaneRefused(
      `nft ${version} is older than ${leastNft.join('.')}`,
      'install a newer nftables package in the image, or use --data-plane=userspace',
    )
  const lacks = await lackingFamilies((family) => nft.run(specimen(family), signal, { check: true }))
  signal.throwIfAborted()
  const [first] = lacks
  if (first === undefined || lacks.length < families.length) return lacks
  const { reason: said } = first
  const forbidden = /not permitted|denied|must be root/i.test(said)
  throw new PlaneRefused(
    forbidden ? `nft may not change rules (${said})` : `the kernel does not take our rules (${said})`,
    forbidden
      ? 'run as user 0 with the capability NET_ADMIN, in the network of the host, or use --data-plane=userspace'
      : 'load nf_tables, nft_chain_nat, nft_fib, nft_numgen, nft_reject, nft_masq, or use --data-plane=userspace',
  )
}

const families: readonly IpFamily[] = ['IPv4', 'IPv6']

/** Those that `attempt` fails for. */
export async function lackingFamilies(
  attempt: (family: IpFamily) => Promise<void>,
): Promise<readonly FamilyLack[]> {
  const lacks: FamilyLack[] = []
  for (const family of families) {
    try {
      await attempt(family)
    } catch (error) {
      lacks.push({ family, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  return lacks
}

async function versionOf(nft: Nft, signal: AbortSignal): Promise<string> {
  try {
    return (await nft.version(signal)).match(/\bv(\d+(?:\.\d+)+)/)?.[1] ?? '0'
  } catch (error) {
    if (signal.aborted) throw error
    const missing = error instanceof NftRefused ? error.message : String(error)
    throw new PlaneRefused(
      `the program nft does not run (${missing})`,
      'install the package nftables, or use --data-plane=userspace',
      { cause: error },
    )
  }
}

function specimen(family: IpFamily): string {
  const frame: Frame = {
    family,
    // No load gets so far; a name that is taken would be no test.
    generation: 0,
    masqueradeBit: 14,
    settings: {
      nodePorts: { ranges: 'all', localhost: false },
      pods: { by: 'none' },
      serviceRanges: [],
      masqueradeAll: false,
      nodeAddresses: [],
    },
  }
  const choices = [
    choiceChain(frame, { protocol: 'tcp', endpoints: 2, masquerade: 'always' }, 3),
    choiceChain(
      frame,
      { protocol: 'tcp', endpoints: 2, masquerade: 'never', affinity: { seconds: 1, local: false } },
      4,
    ),
  ]
  return ground(frame) + choices.join('') + turn(frame)
}

function older(version: string, least: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0)
  for (const [at, wanted] of least.entries()) {
    const part = parts[at] ?? 0
    if (part !== wanted) return part < wanted
  }
  return false
}
