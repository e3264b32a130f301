import type { Candidate, Scheduler } from './scheduler.ts'

/**
 * IPVS sh: the same client address, the same target, weights being shares of all addresses. IPVS keeps a table of 256
 * places that a change of the list fills anew; here each target draws a number for the client and the best one wins
 * (rendezvous hashing), so that only the clients of a target that goes are moved.
 */
export const sourceHash: Scheduler = (from, { client }) => drawn(from, client)

/** IPVS dh: the same, of the address that the client asked for. */
export const destinationHash: Scheduler = (from, { destination }) => drawn(from, destination)

function drawn<C extends Candidate>(from: readonly C[], text: string): C | undefined {
  const asked = textHash(text)
  let best = from[0]
  let bestScore = -1
  for (const candidate of from) {
    candidate.mark ||= textHash(candidate.key)
    const uniform = (mixed(Math.imul(asked, 0x9e3779b1) ^ candidate.mark) + 0.5) / 2 ** 32
    // Of exponential numbers with these rates the least belongs to each with a chance of its share of the weights.
    const score = candidate.weight / -Math.log(uniform)
    if (score > bestScore) {
      best = candidate
      bestScore = score
    }
  }
  return best
}

/** FNV-1a, then mixed, for texts that differ in their last characters only. */
function textHash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return mixed(value)
}

/** The finish of MurmurHash3: every bit of the input moves half of the output. Answers 0 to 2^32 - 1. */
function mixed(input: number): number {
  let value = input
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
