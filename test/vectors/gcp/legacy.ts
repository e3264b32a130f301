import { addressesFor } from '../../../providers/gcp/addresses.ts'
import { addressKey } from '../../../providers/gcp/facts.ts'
import { answerFrom } from '../../../providers/gcp/facts-given.ts'
import { canonicalRule } from '../../../providers/gcp/kinds/forwarding-rule-form.ts'
import { portRange, protocolOf, rulePorts, transportsOf } from '../../../providers/gcp/ports.ts'
import { gcpClasses } from '../../../providers/gcp/scheme.ts'
import { equal, isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { mergePatch } from '../../../localstack/kubernetes/patch/merge-patch.ts'
import { servicePatch } from '../../../src/kube/patch.ts'
import { ownerOf } from '../../../src/model/from-service.ts'
import type { Port } from '../../../src/model/load-balancer.ts'
import { planOffline } from '../../../src/plan/offline.ts'
import type { Compare } from '../vector.ts'
import {
  askedFor,
  blueprintWith,
  differences,
  find,
  isError,
  known,
  specDifferences,
  wholeService,
} from './planned.ts'

const body = (value: unknown): JsonObject => (isObject(value) ? value : {})

const portsFrom = (list: unknown): readonly Port[] =>
  ((list ?? []) as readonly { readonly port: number; readonly protocol?: string }[]).map(
    ({ port, protocol = 'TCP' }, index) => ({
      index,
      port,
      protocol: protocol as Port['protocol'],
      targetPort: port,
    }),
  )

/** A rule as we would ask for it, of a Service with these ports at this address. */
function ruleOf(list: unknown, ip: unknown, discrete: boolean, existing?: JsonObject): JsonObject {
  const ports = portsFrom(list)
  const transport = protocolOf(transportsOf(ports))
  return canonicalRule({
    IPProtocol: transport,
    IPAddress: String(ip),
    ...rulePorts(
      ports.map(({ port }) => port),
      { transport, internal: false, discrete, existing },
    ),
  })
}

const verifyAddress: Compare = ({ context, expected }) => {
  const wanted = body(expected)
  const ip = context['requestedIP']
  const asked = typeof ip === 'string' && ip !== '' ? ip : undefined
  const given = { addresses: (context['addrList'] ?? []) as Json }
  const key = addressKey(asked ?? '')
  const standing = context['fwdRuleIP']
  const { by, problems } = addressesFor({
    families: ['IPv4'],
    internal: false,
    global: false,
    tier: context['netTier'] === 'Standard' ? 'STANDARD' : 'PREMIUM',
    region: undefined,
    subnet: undefined,
    facts: new Map([[key, answerFrom({ key, what: '' }, given, [])]]),
    existing: typeof standing === 'string' ? { IPv4: { name: 'rule', ip: standing, subnet: undefined } } : {},
    ...(asked === undefined ? {} : { requested: { value: asked, path: 'spec.loadBalancerIP' } }),
  })
  const error = problems.some(({ severity }) => severity === 'error')
  return [
    ...differences('error', error, wanted['error']),
    ...(error ? [] : differences('userOwned', by.IPv4?.reserved === true, wanted['userOwned'])),
  ]
}

/** Whether an external load balancer is planned. `error`: the peer leaves the Service to another engine. */
const served: Compare = ({ service, expected }) => {
  const wanted = body(expected)
  const name = service?.spec?.loadBalancerClass
  const ours = name === undefined || gcpClasses.includes(name)
  const { resources } = ours ? askedFor({}, wholeService(service)) : { resources: [] }
  const rule = resources.find(({ kind }) => kind === 'forwarding-rule')
  return differences(
    'serves',
    rule?.spec['loadBalancingScheme'] === 'EXTERNAL',
    wanted['shouldProcess'] ?? wanted['error'] === null,
  )
}

/** A Service that goes: whether its forwarding rule goes with it. */
const removed: Compare = ({ service, expected }) => {
  const whole = wholeService(service)
  const blueprint = blueprintWith({})
  const { resources } = askedFor({}, whole)
  const wire = known(find(resources, 'forwarding-rule') ?? {})
  const observed = blueprint.kinds['forwarding-rule']?.observe?.(wire, { name: '' }) ?? []
  const contribution = { owner: ownerOf(whole), created: '', resources: [] }
  const { steps } = planOffline(blueprint, [contribution], observed)
  return differences(
    'removes',
    steps.some(({ action }) => action === 'delete'),
    body(expected)['error'] === null,
  )
}

/** Annotations as one patch of ours writes them; an empty value takes one away. */
const annotated: Compare = ({ service, context, expected }) => {
  const wanted = body(expected)
  if (service === undefined || service === null) return ['no Service']
  const annotations = Object.fromEntries(
    Object.entries(body(context['newAnnotations'])).map(([key, value]) => [
      key,
      typeof value === 'string' && value !== '' ? value : null,
    ]),
  )
  const patch = servicePatch(service, { annotations }, 0)
  const after = patch === undefined ? {} : body(body(mergePatch(service, patch.body))['metadata'])
  return [
    ...differences('update', patch !== undefined, wanted['update']),
    ...(patch === undefined ? [] : differences('anns', after['annotations'], wanted['anns'])),
  ]
}

export const legacyCompares: Readonly<Record<string, Compare>> = {
  'ports.mixedProtocol': ({ service, expected }) => {
    const spec = service?.spec ?? {}
    const asked = askedFor({}, wholeService({ metadata: { name: 'web' }, spec }))
    return differences('error', isError(asked), body(expected)['error'] !== null)
  },
  'forwardingRule.portRange': ({ service, expected }) => {
    const numbers = portsFrom(service?.spec?.ports).map(({ port }) => port)
    const wanted = body(expected)
    const range = numbers.length === 0 ? '' : portRange(numbers)
    return differences('range', range, wanted['error'] === true ? '' : wanted['range'])
  },
  'forwardingRule.ports': ({ service, context, expected }) => {
    const ours = ruleOf(service?.spec?.ports, '192.0.2.1', context['discretePortForwarding'] === true)
    return specDifferences(
      '',
      { ports: ours['ports'] ?? [], portRange: ours['portRange'] ?? '' },
      body(expected),
    )
  },
  'forwardingRule.needsUpdate': ({ context, expected }) => {
    const old = body(context['oldFwdRule'])
    const discrete = context['discretePortForwarding'] === true
    const before = ruleOf(context['oldPorts'], old['IPAddress'], discrete)
    const ports = (context['newPorts'] ?? []) as JsonObject[]
    const wanted = body(expected)
    const none = wholeService({ metadata: { name: 'web' }, spec: {} }, false, { ports })
    if (ports.length === 0) return differences('error', isError(askedFor({}, none)), wanted['error'])
    const after = ruleOf(ports, context['newlbIP'], discrete, before)
    return differences('needsUpdate', !equal(before, after), wanted['needsUpdate'])
  },
  'loadBalancerIP.verify': verifyAddress,
  'annotations.compute': annotated,
  'loadBalancerClass.external': served,
  'rbs.annotationHandoff': served,
  'rbs.finalizerHandoff': served,
  'delete.finalizerHandoff': removed,
  'loadBalancerClass.ensure': ({ service, expected }) => {
    const name = service?.spec?.loadBalancerClass
    return differences(
      'shouldProcess',
      name === undefined || gcpClasses.includes(name),
      body(expected)['shouldProcess'],
    )
  },
}
