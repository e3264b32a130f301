import { type Cidr, contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'

/** Where an address lies that is to be a target: AWS wants to be told of one beside the VPC, and takes few of those. */
type Place = 'within' | 'beside' | 'nowhere'

const rangesOf = (texts: readonly string[]): readonly Cidr[] =>
  texts.flatMap((text) => {
    const range = parseCidr(text)
    return range.ok ? [range.value] : []
  })

/** From these a peer of the VPC, or a network that is routed to it, may be addressed. */
const privateRanges = rangesOf(['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'])

const parsed = new WeakMap<readonly string[], readonly Cidr[]>()

/** `vpcRanges` of both families; while they are not known every address is taken to lie in them. */
export function placeOf(text: string, vpcRanges: readonly string[] | undefined): Place {
  const address = parseAddress(text)
  if (!address.ok) return 'nowhere'
  if (vpcRanges === undefined) return 'within'
  const vpc = parsed.get(vpcRanges) ?? rangesOf(vpcRanges)
  parsed.set(vpcRanges, vpc)
  const lies = (range: Cidr): boolean => contains(range, address.value)
  if (vpc.some(lies)) return 'within'
  return privateRanges.some(lies) ? 'beside' : 'nowhere'
}
