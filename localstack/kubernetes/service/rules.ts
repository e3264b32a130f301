import { isIP } from 'node:net'
import type { ServiceObject, ServiceSpec } from '../../../src/model/objects.ts'
import { forbiddenField, invalidValue, required, unsupported } from '../cause.ts'
import type { Cause } from '../fault.ts'
import { checkCIDR, checkIP, checkOrdinaryIP } from './ip-text.ts'
import { checkLabels } from '../metadata.ts'
import { dns1123Subdomain, qualifiedName } from '../naming.ts'
import { checkAddressChange, checkAddresses } from './address-rules.ts'
import { checkPorts } from './port-rules.ts'
import { isExternal, isHeadless, needsHealthPort } from './shape.ts'

const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'"
const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges'

export function checkService(service: ServiceObject, before: ServiceObject | undefined): Cause[] {
  const spec = service.spec ?? {}
  return [
    ...(before === undefined ? [] : checkChange(before.spec ?? {}, spec)),
    ...checkType(spec),
    ...checkPorts(spec),
    ...checkLabels(spec.selector ?? {}, 'spec.selector'),
    ...checkAffinity(spec),
    ...checkAddresses(spec),
    ...(spec.externalIPs ?? []).flatMap((ip, index) => checkOrdinaryIP(`spec.externalIPs[${index}]`, ip)),
    ...oneOf('spec.type', spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...checkSourceRanges(service),
    ...checkLoadBalancerFields(spec),
    ...checkExternalTraffic(spec),
    ...oneOf('spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local']),
    ...oneOf('spec.trafficDistribution', spec.trafficDistribution, [
      'PreferClose',
      'PreferSameNode',
      'PreferSameZone',
    ]),
  ]
}

const oneOf = (field: string, value: string | undefined, supported: readonly string[]): Cause[] =>
  value === undefined || supported.includes(value) ? [] : [unsupported(field, value, supported)]

function checkChange(before: ServiceSpec, spec: ServiceSpec): Cause[] {
  const causes = checkAddressChange(before, spec)
  const stays = before.type === 'LoadBalancer' && spec.type === 'LoadBalancer'
  if (stays && before.loadBalancerClass !== spec.loadBalancerClass)
    causes.push(
      invalidValue('spec.loadBalancerClass', spec.loadBalancerClass ?? null, 'may not change once set'),
    )
  if (needsHealthPort(before) && needsHealthPort(spec))
    if (before.healthCheckNodePort !== spec.healthCheckNodePort)
      causes.push(forbiddenField('spec.healthCheckNodePort', 'field is immutable'))
  return causes
}

function checkType(spec: ServiceSpec): Cause[] {
  const { type } = spec
  if (type !== 'ExternalName') {
    const causes = spec.ports?.length || isHeadless(spec) ? [] : [required('spec.ports')]
    if (isHeadless(spec) && type !== 'ClusterIP')
      causes.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`))
    return causes
  }
  const name = (spec.externalName ?? '').replace(/\.$/, '')
  return [
    ...(['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const).flatMap((field) =>
      spec[field] === undefined || spec[field].length === 0
        ? []
        : [forbiddenField(`spec.${field}`, 'may not be set for ExternalName services')],
    ),
    ...(name === ''
      ? [required('spec.externalName')]
      : dns1123Subdomain(name).map((text) => invalidValue('spec.externalName', name, text))),
  ]
}

function checkAffinity(spec: ServiceSpec): Cause[] {
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 0
  const field = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'
  return [
    ...oneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']),
    ...(spec.sessionAffinity === 'ClientIP' && (seconds <= 0 || seconds > 86_400)
      ? [invalidValue(field, seconds, 'must be greater than 0 and less than 86400')]
      : []),
  ]
}

function checkSourceRanges(service: ServiceObject): Cause[] {
  const ranges = service.spec?.loadBalancerSourceRanges ?? []
  const annotation = service.metadata.annotations?.[rangesAnnotation]
  const wrongType = (field: string) =>
    service.spec?.type === 'LoadBalancer' ? [] : [forbiddenField(field, onlyLoadBalancer)]
  if (ranges.length > 0) {
    // The capital letter is the API server's own.
    const field = 'spec.LoadBalancerSourceRanges'
    return [
      ...wrongType(field),
      ...ranges.flatMap((range, index) => checkCIDR(`${field}[${index}]`, range.trim())),
    ]
  }
  if (annotation === undefined) return []
  const field = `metadata.annotations[${rangesAnnotation}]`
  const listed = annotation.trim() === '' ? [] : annotation.split(',')
  return [...wrongType(field), ...listed.flatMap((range) => checkCIDR(field, range.trim()))]
}

function checkLoadBalancerFields(spec: ServiceSpec): Cause[] {
  const { loadBalancerClass, allocateLoadBalancerNodePorts } = spec
  if (spec.type === 'LoadBalancer')
    return loadBalancerClass === undefined
      ? []
      : qualifiedName(loadBalancerClass).map((text) =>
          invalidValue('spec.loadBalancerClass', loadBalancerClass, text),
        )
  return [
    ...(allocateLoadBalancerNodePorts === undefined
      ? []
      : [forbiddenField('spec.allocateLoadBalancerNodePorts', onlyLoadBalancer)]),
    ...(loadBalancerClass === undefined ? [] : [forbiddenField('spec.loadBalancerClass', onlyLoadBalancer)]),
  ]
}

function checkExternalTraffic(spec: ServiceSpec): Cause[] {
  const { externalTrafficPolicy: policy, healthCheckNodePort } = spec
  const field = 'spec.externalTrafficPolicy'
  const causes: Cause[] = []
  if (isExternal(spec)) {
    if (policy === undefined) causes.push(required(field))
    else causes.push(...oneOf(field, policy, ['Cluster', 'Local']))
  } else if (policy !== undefined)
    causes.push(invalidValue(field, policy, 'may only be set for externally-accessible services'))
  if (healthCheckNodePort && !needsHealthPort(spec))
    causes.push(
      invalidValue(
        'spec.healthCheckNodePort',
        healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    )
  return causes
}

export function checkServiceStatus(service: ServiceObject, onlyOnLoadBalancers: boolean): Cause[] {
  const ingress = service.status?.loadBalancer?.ingress ?? []
  const field = 'status.loadBalancer.ingress'
  if (onlyOnLoadBalancers && ingress.length > 0 && service.spec?.type !== 'LoadBalancer')
    return [forbiddenField(field, 'may only be used when `spec.type` is "LoadBalancer"')]
  return ingress.flatMap(({ ip, ipMode, hostname }, index) => {
    const at = `${field}[${index}]`
    const causes = ip ? checkIP(`${at}.ip`, ip) : []
    if (ipMode !== undefined && !ip)
      causes.push(forbiddenField(`${at}.ipMode`, 'may not be specified when `ip` is not set'))
    else causes.push(...oneOf(`${at}.ipMode`, ipMode, ['Proxy', 'VIP']))
    if (hostname && isIP(hostname) > 0)
      causes.push(invalidValue(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'))
    else if (hostname)
      for (const text of dns1123Subdomain(hostname))
        causes.push(invalidValue(`${at}.hostname`, hostname, text))
    return causes
  })
}
