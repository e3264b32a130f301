/** Single steps of the peer's model builder: each is asked for by a Service, and read off the plan. */
import { sharedTargetsTag } from '../../../providers/aws/tags.ts'
import type { Resource } from '../../../src/plan/resource.ts'
import type { Compare, Vector } from '../vector.ts'
import { beta, nodeGroup, targetTypeKey, withNames } from './given.ts'
import { asked, isFrontend, ourHealth, ourMappings, ourRules, servicePort } from './our-stack.ts'
import { numeric, pairs, unusual, unusualTargets } from './peer-form.ts'
import { theirMappings, theirRules } from './their-stack.ts'
import { planOf, type Asked } from './planned.ts'
import { bodyOf, controllerOf, of, read, wanted, withAddressType, withAnnotations } from './single.ts'
import { fieldsOf, type Fields, listOf, sorted, textOf, verdict, wordOf } from './shapes.ts'

const nothing = (): Partial<Asked> => ({})

/** Addresses need an address type, a scheme and subnets that are chosen already: these tests pass them beside the Service. */
function addressed(one: Vector): Partial<Asked> {
  const { ipAddressType, scheme, enablePrefixForIpv6SourceNat: nat, subnets } = one.context
  const named = listOf(subnets).map(({ SubnetId }) => textOf(SubnetId))
  return {
    service: withAnnotations(one, {
      ...(named.length === 0 ? {} : { [`${beta}subnets`]: named.join(',') }),
      ...(ipAddressType === undefined ? {} : { [`${beta}ip-address-type`]: textOf(ipAddressType) }),
      ...(scheme === undefined ? {} : { [`${beta}scheme`]: textOf(scheme) }),
      ...(nat === 'on' ? { [`${beta}enable-prefix-for-ipv6-source-nat`]: 'on' } : {}),
    }),
    subnets: listOf(subnets),
  }
}

const clientRules = read(
  (one) => ({
    service: withAddressType(one),
    controller: { enableBackendSG: true, backendSecurityGroup: 'sg-backend' },
  }),
  (plan) => sorted(plan.resources.filter(isFrontend).flatMap(({ parts }) => ourRules(parts))),
  (one) => sorted(theirRules(wanted(one))),
)

/** Tags as the peer wants them on one kind of object. */
const tagsOn = (kind: string, pick: (one: Resource) => boolean = () => true): Compare =>
  read(
    (one) => ({ controller: controllerOf(one, { enableBackendSG: true }) }),
    (plan) => asked(of(plan, kind).find(pick)?.spec['Tags']),
  )

/** One node has the labels that are wanted, the others lack one each. */
const selected: Compare = (one) => {
  const labels = fieldsOf(fieldsOf(wanted(one))['matchLabels']) as Readonly<Record<string, string>>
  const nodes = [labels, ...Object.keys(labels).map((key) => ({ ...labels, [key]: 'another' })), {}]
  const targetType = textOf(one.context['targetType']) || 'instance'
  const service = withAnnotations(one, { [targetTypeKey]: targetType })
  const plan = planOf({ service, nodes })
  const ids = Object.values(of(plan, 'target-group')[0]?.parts ?? {}).map(({ spec }) => spec['Id'])
  const value = targetType === 'instance' && ids.length < nodes.length ? ids : []
  return verdict(
    one.expected,
    { problems: plan.problems, value },
    Object.keys(labels).length > 0 ? ['i-0'] : [],
  )
}

/** A ClusterIP Service is one without node ports. */
const targetType = read(
  (one) => {
    const service = withAnnotations(one)
    const spec = fieldsOf(service['spec'])
    const without = spec['type'] === 'ClusterIP' ? { allocateLoadBalancerNodePorts: false } : {}
    return { service: { ...service, spec: { ...spec, ...without } } }
  },
  (plan) => bodyOf(plan, 'target-group')['TargetType'],
)

const alpn = read(
  (one) => ({
    service: withAnnotations(one, {
      ...(one.context['listenerProtocol'] === 'TLS' ? { [`${beta}ssl-cert`]: anyCertificate } : {}),
      ...(one.context['targetProtocol'] === 'TLS' ? { [`${beta}backend-protocol`]: 'ssl' } : {}),
    }),
  }),
  (plan) => bodyOf(plan, 'listener')['AlpnPolicy'],
)

const anyCertificate = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012'

/** By number: where TCP and UDP share one, a listener carries both, with the attributes of either. */
function byNumber(one: Vector, each: readonly Fields[]): Fields {
  const ports = listOf(fieldsOf(withAnnotations(one)['spec'])['ports'])
  const numbers = ports.map(({ port }, at): [string, Fields] => [String(port), each[at] ?? {}])
  return numbers.reduce<Fields>(
    (all, [number, attributes]) => ({ ...all, [number]: { ...fieldsOf(all[number]), ...attributes } }),
    {},
  )
}

const listenerAttributes = read(
  nothing,
  (plan) =>
    Object.fromEntries(
      of(plan, 'listener').map(({ spec }) => [wordOf(spec['Port']), fieldsOf(spec['Attributes'])]),
    ),
  (one) => byNumber(one, (Array.isArray(wanted(one)) ? (wanted(one) as readonly unknown[]) : []).map(pairs)),
)

const failing = (calls: unknown): boolean =>
  listOf(calls).some((call) => call['err'] !== undefined && call['err'] !== null)

const ids = (list: readonly Fields[]) => list.map((each) => each['SubnetId'] ?? each['subnetID'])

/** Whichever resolver the peer's test expects to be asked, its answer is the VPC. */
const subnetsOf: Compare = (one) => {
  const { resolveViaDiscoveryCalls: found, resolveViaNameOrIDSliceCalls: named } = one.context
  const { resolveViaNameOrIDSlilceCalls: misspelt, listLoadBalancersCalls: existing } = one.context
  if ([found, named, misspelt, existing].some(failing)) return []
  const subnets = [found, named, misspelt].flatMap((calls) =>
    listOf(calls).flatMap((call) => listOf(call['subnets'])),
  )
  const service = withAnnotations(one, { [`${beta}scheme`]: textOf(one.context['scheme']) })
  const plan = planOf({ service, subnets: withNames(service, subnets) })
  const value = ids(ourMappings(bodyOf(plan, 'load-balancer')))
  return verdict(one.expected, { problems: plan.problems, value }, ids(listOf(wanted(one))))
}

const mappings = read(
  addressed,
  (plan) => ourMappings(bodyOf(plan, 'load-balancer')),
  (one) => theirMappings(wanted(one)),
)

const healthCheck = read(
  (one) => ({ service: withAnnotations(one, { [targetTypeKey]: textOf(one.context['targetType']) }) }),
  (plan) => ourHealth(bodyOf(plan, 'target-group')),
)

/** A default is what holds where nothing is said: said, it has to lead to the same. */
const healthPort = read(
  (one) => {
    const usual = textOf(one.context['defaultPort'])
    return {
      service: withAnnotations(one, {
        [targetTypeKey]: textOf(one.context['targetType']),
        ...(usual === '' ? {} : { [`${beta}healthcheck-port`]: usual }),
      }),
    }
  },
  (plan) => numeric(bodyOf(plan, 'target-group')['HealthCheckPort']),
  (one) => numeric(wanted(one)),
)

/** Ports that an annotation names are there: the peer's test passes only the one that it asks about. */
function portsOf(one: Vector): readonly Fields[] {
  const asked = fieldsOf(one.context['port'])
  const named = fieldsOf(fieldsOf(withAnnotations(one)['metadata'])['annotations'])
  const others = textOf(named[`${beta}proxy-protocol-per-target-group`])
    .split(',')
    .map(Number)
    .filter((port) => port > 0 && port !== portAsked(one))
  const also = others.map((port, at) => ({
    name: `also-${port}`,
    port,
    targetPort: port,
    nodePort: 30_100 + at,
  }))
  return [{ name: 'asked', targetPort: 8080, nodePort: 30_080, ...asked, port: portAsked(one) }, ...also]
}

const portAsked = (one: Vector): number => Number(fieldsOf(one.context['port'])['port'] ?? 80)

const targetAttributes = read(
  (one) => ({ filling: { ports: portsOf(one) } }),
  (plan, one) => {
    const group = of(plan, 'target-group').find(({ key }) => servicePort(key) === String(portAsked(one)))
    return unusualTargets(fieldsOf(group?.spec['Attributes']))
  },
  (one) => unusualTargets(pairs(wanted(one))),
)

const sourceNat = read(
  addressed,
  (plan) => bodyOf(plan, 'load-balancer')['EnablePrefixForIpv6SourceNat'] ?? 'off',
  (one) => wanted(one) ?? 'off',
)

/** With given groups, whether the nodes' own lets in what comes from them. */
const managed = read(
  (one) => ({
    service: withAnnotations(one, { [`${beta}security-groups`]: 'sg-given' }),
    controller: controllerOf(one, { enableBackendSG: true, backendSecurityGroup: 'sg-backend' }),
  }),
  (plan) => plan.resources.some(({ key, parts }) => key === nodeGroup && Object.keys(parts ?? {}).length > 0),
)

const multiCluster = read(
  nothing,
  (plan) => fieldsOf(bodyOf(plan, 'target-group')['Tags'])[sharedTargetsTag] === 'true',
)

/** The hashes of both are their own. */
const stem = (name: unknown): string => textOf(name).replace(/-[0-9a-f]{10}$/, '-<hash>')

const oneNumber: Asked['filling'] = {
  ports: [
    { name: 'tcp', port: 80, targetPort: 80, protocol: 'TCP', nodePort: 31_223 },
    { name: 'udp', port: 80, targetPort: 80, protocol: 'UDP', nodePort: 31_223 },
  ],
}

const tcpUdp = read(
  () => ({ filling: oneNumber }),
  (plan) => bodyOf(plan, 'listener')['Protocol'] === 'TCP_UDP',
)

/** The peer asks without knowing what the targets are; what either kind cannot have counts. */
const multiProtocol: Compare = (one) => {
  const problems = ['instance', 'ip'].flatMap((type) => {
    const service = {
      metadata: { annotations: { [targetTypeKey]: type } },
      spec: { ports: one.context['ports'] },
    }
    return planOf({ service }).problems
  })
  return verdict(one.expected, { problems, value: 'accepted' }, 'accepted')
}

/** By a part of the name of the peer's test. */
export const units: Readonly<Record<string, Compare>> = {
  buildManagedSecurityGroupIngressPermissions: clientRules,
  buildTargetGroupBindingNodeSelector: selected,
  buildTargetType: targetType,
  buildLBAttributes: read(
    nothing,
    (plan) => unusual(fieldsOf(bodyOf(plan, 'load-balancer')['Attributes'])),
    (one) => unusual(pairs(wanted(one))),
  ),
  buildLbCapacity: read(
    nothing,
    (plan) => fieldsOf(bodyOf(plan, 'load-balancer')['MinimumLoadBalancerCapacity'])['CapacityUnits'],
    (one) => fieldsOf(wanted(one))['capacityUnits'],
  ),
  buildListenerALPNPolicy: alpn,
  buildListenerAttributes: listenerAttributes,
  buildLoadBalancerSubnets: subnetsOf,
  buildSubnetMappings: mappings,
  buildTargetHealthCheck: healthCheck,
  buildTargetGroupHealthCheckPort: healthPort,
  targetGroupAttrs: targetAttributes,
  buildAdditionalResourceTags: tagsOn('load-balancer'),
  buildLoadBalancerTags: tagsOn('load-balancer'),
  buildListenerTags: tagsOn('listener'),
  buildTargetGroupTags: tagsOn('target-group'),
  buildManagedSecurityGroupTags: tagsOn('security-group', isFrontend),
  buildLoadBalancerEnablePrefixForIpv6SourceNat: sourceNat,
  buildLoadBalancerIPAddressType: read(nothing, (plan) => bodyOf(plan, 'load-balancer')['IpAddressType']),
  buildManageSecurityGroupRulesFlag: managed,
  buildTargetGroupBindingMultiClusterFlag: multiCluster,
  buildLoadBalancerName: read(
    (one) => ({
      service: withAnnotations(one, { [`${beta}scheme`]: textOf(one.context['scheme']) || 'internal' }),
    }),
    (plan) => stem(bodyOf(plan, 'load-balancer')['Name']),
    (one) => stem(wanted(one)),
  ),
  shouldUseTCPUDP: tcpUdp,
  validateMultiProtocolUsage: multiProtocol,
}
