import { whose } from '../../../providers/gcp/descriptions.ts'
import { localNumbers, notLower, type Numbers, sharedNumbers } from '../../../providers/gcp/health.ts'
import { canonicalFirewall } from '../../../providers/gcp/kinds/firewall-form.ts'
import { canonicalHealthCheck, healthCheckForm } from '../../../providers/gcp/kinds/health-check-form.ts'
import { httpHealthCheckForm } from '../../../providers/gcp/kinds/legacy-forms.ts'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { diffFields } from '../../../src/plan/fields.ts'
import type { Form } from '../../../src/provider/form.ts'
import type { Compare } from '../vector.ts'
import {
  blueprintWith,
  differences,
  fakeCloud,
  known,
  planServices,
  specDifferences,
  wholeService,
} from './planned.ts'

const body = (value: unknown): JsonObject => (isObject(value) ? value : {})

const numbersOf = (spec: JsonObject): Numbers => ({
  checkIntervalSec: Number(spec['checkIntervalSec']),
  timeoutSec: Number(spec['timeoutSec']),
  healthyThreshold: Number(spec['healthyThreshold']),
  unhealthyThreshold: Number(spec['unhealthyThreshold']),
})

/** Whether a plan would write: a field differs once raised numbers are kept, or it is not known whose it is. */
const needsUpdate =
  (form: Form): Compare =>
  ({ context, expected }) => {
    const [existing, wanted] = [body(context['existing']), body(context['wanted'])]
    const [seen] = form.observe?.(existing, { name: '' }) ?? []
    if (seen === undefined) return ['the existing one does not read as a health check']
    const { region: _region, ...rest } = wanted
    const spec: JsonObject = { ...rest, ...notLower(numbersOf(wanted), seen.spec) }
    const fields = diffFields(form, { ...seen, spec: form.canonical(spec) }, seen, false)
    const stranger = whose(existing['description'])?.service !== whose(wanted['description'])?.service
    return differences('changed', fields.length > 0 || stranger, body(expected)['changed'])
  }

const merge =
  (ours: (shared: boolean) => Numbers): Compare =>
  ({ context, expected }) =>
    specDifferences('', notLower(ours(context['shared'] === true), context as JsonObject), body(expected))

const v2Numbers = (shared: boolean): Numbers => (shared ? sharedNumbers : localNumbers)

const intervals: Compare = ({ context, expected }) => {
  const { checkIntervalSec, unhealthyThreshold } = v2Numbers(context['shared'] === true)
  return specDifferences('', { checkIntervalSec, unhealthyThreshold }, body(expected))
}

/** The port of a shared check is a parameter of the peer's function; all of its callers give that of kube-proxy. */
function given(check: JsonObject, { shared, port }: Readonly<Record<string, unknown>>): JsonObject {
  const http = check['httpHealthCheck']
  return shared === true && isObject(http) && http['port'] === port
    ? { ...check, httpHealthCheck: { ...http, port: 10256 } }
    : check
}

/** A check with its firewall rule, made or brought in line. */
const ensure: Compare = (one) => {
  const { context, source } = one
  const expected = body(one.expected)
  const check = given(body(expected['healthCheck']), context)
  const owner = whose(check['description'])?.service ?? ''
  const [namespace = 'default', name = 'svc'] = owner.split('/')
  const ipv6 = source.test.includes('IPv6Only')
    ? ['IPv6']
    : context['needIPv6'] === true
      ? ['IPv4', 'IPv6']
      : ['IPv4']
  const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: Number(context['port']) }
  const service = wholeService(
    one.service ?? { metadata: { name, namespace }, spec: context['shared'] === true ? {} : local },
    context['l4Type'] === 0,
    { ipFamilies: ipv6, ipFamilyPolicy: ipv6.length > 1 ? 'RequireDualStack' : 'SingleStack' },
  )
  const internal = service.spec?.loadBalancerClass?.includes('internal') === true || context['l4Type'] === 0
  const nodeTags = (context['nodeTags'] ?? ['k8s-test']) as readonly string[]
  const blueprint = blueprintWith({ nodeTags })
  const cluster = { name: '', uid: String(context['clusterUID']) }
  const world = { facts: fakeCloud, cluster }
  // The case leaves out the ranges of rules, as the peer's comparison does: ours stand for them.
  const fresh = planServices(blueprint, [service], world).plan.steps
  const wall = body(fresh.find(({ kind, key }) => kind === 'firewall' && key.startsWith('health'))?.after)
  const { region: _region, ...existing } = body(context['existingHC'])
  const bodies: readonly (readonly [string, JsonObject])[] = [
    ...(context['existingHC'] === undefined
      ? []
      : [['health-check', internal ? existing : { ...existing, region: 'us-central1' }] as const]),
    ...(isObject(context['existingFirewall'])
      ? [['firewall', { sourceRanges: wall['sourceRanges'] ?? [], ...context['existingFirewall'] }] as const]
      : []),
  ]
  const observed = bodies.flatMap(([kind, wire]) => blueprint.kinds[kind]?.observe?.(wire, cluster) ?? [])
  const { plan } = planServices(blueprint, [service], { ...world, observed })
  const fields = (kind: string) =>
    plan.steps.filter((step) => step.kind === kind && (kind !== 'firewall' || step.key.startsWith('health')))
  const ours = body(fresh.find(({ kind }) => kind === 'health-check')?.after)
  const symbols = ['name', 'description', 'region']
  const expectedWall = expected['firewall']
  const ranges = expected['iPv6Ranges']
  return [
    ...specDifferences('health check', known(ours, symbols), known(canonicalHealthCheck(check), symbols)),
    ...(check['name'] === 'testHCname' ? [] : differences('name', ours['name'], check['name'])),
    ...differences('owner', whose(ours['description'])?.service, owner),
    ...(isObject(expectedWall)
      ? specDifferences(
          'firewall',
          known(wall, ['description', 'sourceRanges', 'network']),
          known(canonicalFirewall(expectedWall), ['description', 'sourceRanges', 'network']),
        )
      : []),
    ...(Array.isArray(ranges)
      ? differences('ranges', wall['sourceRanges'], (ranges as readonly string[]).toSorted())
      : []),
    ...differences('sync', fields('health-check').length > 0, expected['healthCheckSyncStatus']),
    ...(expected['firewallSyncStatus'] === undefined
      ? []
      : differences('firewall sync', fields('firewall').length > 0, expected['firewallSyncStatus'])),
  ]
}

export const healthCheckCompares: Readonly<Record<string, Compare>> = {
  'legacy.httpHealthCheck.needsUpdate': needsUpdate(httpHealthCheckForm),
  'legacy.internalHealthCheck.needsUpdate': needsUpdate(healthCheckForm),
  'v2.healthCheck.needsUpdate': needsUpdate(healthCheckForm),
  'legacy.httpHealthCheck.merge': merge(() => sharedNumbers),
  'legacy.internalHealthCheck.merge': merge(() => sharedNumbers),
  'v2.healthCheck.merge': merge(v2Numbers),
  'v2.healthCheck.intervals': intervals,
  'v2.healthCheck.ensure': ensure,
}
