import type { CloudVectors, Compare, Pitfall, Vector } from '../vector.ts'
import { annotations } from './annotations.ts'
import { clients } from './clients.ts'
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

/** Whether a network load balancer stands without security groups, and the Service is one that gets some. */
function standsWithoutGroups({ service, context }: Vector): boolean {
  const { annotations: said = {} } = service?.metadata ?? {}
  const gates = fieldsOf(fieldsOf(context['controller'])['featureGateOverrides'])
  if (said[`${beta}disable-nlb-sg`] === 'true' || gates['NLBSecurityGroup'] === false) return false
  return listOf(fieldsOf(context['aws'])['existingLoadBalancersOfStack'])
    .flatMap((call) => listOf(call['sdkLBs']))
    .map((one) => fieldsOf(one['LoadBalancer'] ?? one['loadBalancer'] ?? one))
    .some((one) => listOf(one['SecurityGroups']).length === 0)
}

/** The peer tells the kinds apart by the host name in status: `.elb.<region>.` is a network load balancer. */
function changesKind({ source, service }: Vector): boolean {
  const host = service?.status?.loadBalancer?.ingress?.[0]?.hostname ?? ''
  const isNetwork = /\.elb\.[a-z0-9-]+\.amazonaws\.com/.test(host)
  const wantsNetwork = service?.metadata?.annotations?.[`${beta}type`] === 'nlb'
  return source.test.includes('ValidateServiceAnnotations') && host !== '' && isNetwork !== wantsNetwork
}

/** Whether TCP and UDP of one number are reached at two ports of the targets. */
function partsOneNumber({ source, context }: Vector): boolean {
  const ports = listOf(context['ports'])
  return (
    source.test.includes('validateMultiProtocolUsage') &&
    ports.length === 2 &&
    ports[0]?.['protocol'] !== ports[1]?.['protocol'] &&
    (ports[0]?.['nodePort'] !== ports[1]?.['nodePort'] ||
      ports[0]?.['targetPort'] !== ports[1]?.['targetPort'])
  )
}

/** Whether a target group of both protocols is to be reached by range, without the client's address. */
const sharesByRange = ({ source, context }: Vector): boolean =>
  source.test.includes('NetworkingLegacy') &&
  textOf(context['tgProtocol']) === 'TCP_UDP' &&
  context['preserveClientIP'] !== true

const pitfalls: readonly Pitfall[] = [
  {
    shownBy: sharesByRange,
    why: 'AWS keeps the client address of UDP whatever is set, and checks health from the subnets: a rule for one of them alone would shut out the other',
  },
  {
    shownBy: standsWithoutGroups,
    why: 'a load balancer without groups is another object than one with some: a move makes the new one beside, and disable-nlb-sg keeps the old',
  },
  {
    shownBy: changesKind,
    why: 'another kind of load balancer is made beside the old one, which goes when the new one serves: nothing is left behind',
  },
  {
    shownBy: partsOneNumber,
    why: 'a target has one port for both protocols of a listener: taking that of the first would leave the other unanswered',
  },
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
}

const folders: Readonly<Record<string, Readonly<Record<string, Compare>>>> = {
  'lbc/annotations': annotations,
  'lbc/service-units': { ...units, ...clients, ...rules, ...settings },
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
