import { addressesOfNode, podNamed, addressOfPod, type Family, type NodeName } from './addresses.ts'
import type { Expected } from './contract.ts'
import type { Tally } from './orders.ts'

export interface Expectation {
  readonly fate: Expected
  readonly node: NodeName
  readonly family: Family
  readonly sender: string
  readonly senderPod: string | undefined
  readonly affinity: boolean
  /** As good as a refusal. */
  readonly refusals: readonly string[]
}

/** What is wrong with what came of the packets; undefined when they met the fate. */
export function faultOf(tally: Tally, expected: Expectation): string | undefined {
  const { fate } = expected
  const found = Object.keys(tally).toSorted()
  if (fate.verdict !== 'forward') {
    const wanted = fate.verdict === 'reject' ? expected.refusals : ['silence']
    const fits = found.every((outcome) => wanted.includes(outcome))
    return fits ? undefined : `${wanted.join(' or ')} was expected: ${found.join(', ')}`
  }
  const answers = found.map((key) => key.split(' from '))
  const strange = answers.find(([pod = '', seen]) => !fate.pods.includes(pod) || seen === undefined)
  if (strange !== undefined) return `${fate.pods.join(', ')} may answer, and not: ${strange.join(' from ')}`
  const answered = new Set(answers.map(([pod]) => pod))
  if (expected.affinity && answered.size > 1) return `one client met ${[...answered].join(', ')}`
  if (!expected.affinity && answered.size < fate.pods.length)
    return `only ${[...answered].join(', ')} ever answered`
  const wrong = answers.find(([pod = '', seen = '']) => !sourceFits(pod, seen, expected))
  return wrong === undefined
    ? undefined
    : `the source was to be ${fate.source}, and ${wrong[0]} saw ${wrong[1]}`
}

/** An endpoint that meets itself must not see its own address: its answer would never leave it. */
function sourceFits(
  pod: string,
  seen: string,
  { fate, node, family, sender, senderPod }: Expectation,
): boolean {
  if (fate.verdict !== 'forward') return false
  const toItself = senderPod === pod && sender === addressOfPod(podNamed(pod), family)
  if (fate.source === 'kept' && !toItself) return seen === sender
  return seen !== sender && addressesOfNode(node, family).includes(seen)
}
