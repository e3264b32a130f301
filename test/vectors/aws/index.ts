import type { CloudVectors, Compare, Vector } from '../vector.ts'
import { annotations } from './annotations.ts'
import { rules } from './rules.ts'
import { settings } from './settings.ts'
import { stacks } from './stack.ts'
import { subnets } from './subnets.ts'
import { units } from './units.ts'
import { validations } from './validations.ts'

const folders: Readonly<Record<string, Readonly<Record<string, Compare>>>> = {
  'lbc/annotations': annotations,
  'lbc/service-units': { ...units, ...rules, ...settings },
  'lbc/stack': stacks,
  'lbc/subnets': subnets,
  'ccm/validations': validations,
}

/** The comparison whose name the peer's test bears, the longest where several do. */
function comparisonOf(file: string, one: Vector): Compare | undefined {
  const table = Object.entries(folders).find(([folder]) => file.includes(folder))?.[1] ?? {}
  const test = one.source.test.toLowerCase()
  const fitting = Object.keys(table).filter((name) => test.includes(name.toLowerCase()))
  const [longest] = fitting.toSorted((a, b) => b.length - a.length)
  return longest === undefined ? undefined : table[longest]
}

export const aws: CloudVectors = {
  cloud: 'aws',
  graded: (file) => (/annotations|validations/.test(file) ? 'helpers' : 'objects'),
  compare: (one, file) => comparisonOf(file.name, one),
  listed: {
    'aws/ccm/validations: NLB in existing service with type annotation should not be allowed to change to CLB':
      'another kind of load balancer is made beside the old one, which goes when the new one serves; nothing is left behind',
    'aws/ccm/validations: NLB with both BYO SG annotations - extra SG error still applies':
      'a network load balancer can be in further groups beside its own',
    'aws/ccm/validations: whitespace in attribute values should fail':
      'a blank round a value in a list is no reason to leave a Service without a load balancer',
  },
}
