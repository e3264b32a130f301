import type { CloudVectors, Compare, Pitfall, Vector } from '../vector.ts'
import { annotations } from './annotations.ts'
import { e2e } from './e2e.ts'
import { beta } from './given.ts'
import { rules } from './rules.ts'
import { settings } from './settings.ts'
import { fieldsOf, listOf, textOf } from './shapes.ts'
import { stacks } from './stack.ts'
import { subnets } from './subnets.ts'
import { units } from './units.ts'
import { validations } from './validations.ts'

const validationsOf = 'aws/ccm/validations: '
const unitsOf = 'aws/lbc/service-units: '
const stackOf = 'aws/lbc/stack: '

/** Whether TCP and UDP of one number are kept apart, by the annotation or else by the controller's setting. */
function keepsApart({ source, service, context }: Vector): boolean {
  const said = service?.metadata?.annotations?.[`${beta}enable-tcp-udp-listener`]
  return (
    source.test.includes('shouldUseTCPUDP') &&
    (said === undefined ? context['defaultValue'] !== true : said === 'false')
  )
}

/** Whether a load balancer stands with a scheme that nobody asks for any more. */
function hasAnotherScheme({ service, context }: Vector): boolean {
  const { annotations: said = {} } = service?.metadata ?? {}
  if ([`${beta}scheme`, `${beta}internal`].some((key) => said[key] !== undefined)) return false
  const usual = textOf(fieldsOf(context['controller'])['defaultLoadBalancerScheme']) || 'internal'
  return listOf(fieldsOf(context['aws'])['existingLoadBalancersOfStack'])
    .flatMap((call) => listOf(call['sdkLBs']))
    .map((one) => textOf(fieldsOf(one['LoadBalancer'] ?? one['loadBalancer'] ?? one)['Scheme']))
    .some((scheme) => scheme !== '' && scheme !== usual)
}

const pitfalls: readonly Pitfall[] = [
  {
    shownBy: hasAnotherScheme,
    why: 'what stands does not decide the scheme: an annotation taken away would go on taking effect, unseen',
  },
  {
    shownBy: keepsApart,
    why: 'TCP and UDP of one number share a listener: without that one of the two would be lost without a word',
  },
]

const listed: CloudVectors['listed'] = {
  [`${validationsOf}NLB in existing service with type annotation should not be allowed to change to CLB`]:
    'another kind of load balancer is made beside the old one, which goes when the new one serves: nothing is left behind',
  [`${validationsOf}whitespace in attribute values should fail`]:
    'a blank round a value is no reason to leave a Service without a load balancer',
  [`${validationsOf}unsupported attribute`]:
    'AWS gains attributes faster than controllers do: those that nobody knows are passed on',
  [`${validationsOf}duplicate attribute in annotation (last one wins - no error expected)`]:
    'one key with two values is a slip, and which one was meant is not ours to guess',
  [`${unitsOf}service with load balancer type external`]:
    'a Service that asks for external and not for a kind of target gets the usual one, rather than nothing and no word',
  [`${stackOf}deletion protection enabled error`]:
    'AWS refuses to delete what is protected, and that is told at the step: a plan for a Service that goes has nothing to refuse',
  [`${unitsOf}tcpudp-service with no source ranges configuration`]:
    'AWS keeps the client address of UDP whatever is set: with rules for the subnets alone clients would be shut out',
}

const folders: Readonly<Record<string, Readonly<Record<string, Compare>>>> = {
  'lbc/annotations': annotations,
  'lbc/service-units': { ...units, ...rules, ...settings },
  'lbc/stack': stacks,
  'lbc/subnets': subnets,
  'ccm/validations': validations,
  'ccm/e2e': e2e,
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
  graded: (file) => (/annotations|validations|e2e/.test(file) ? 'helpers' : 'objects'),
  compare: (one, file) => comparisonOf(file.name, one),
  listed,
  pitfalls,
}
