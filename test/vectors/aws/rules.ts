/** Who may reach the targets, in the peer's two ways: by group, and by range where the load balancer has no group. */
import type { Compare, Vector } from '../vector.ts'
import { beta, nodeGroup } from './given.ts'
import { ourRules } from './our-stack.ts'
import { theirNetworking } from './their-stack.ts'
import { planOf, type Asked } from './planned.ts'
import { fieldsOf, type Fields, listOf, sorted, textOf, verdict, wordOf } from './shapes.ts'
import { withAnnotations } from './single.ts'

const isQuic = ({ tgProtocol }: Fields): boolean => textOf(tgProtocol).endsWith('QUIC')

/** One port of the Service for the target group, or two where it carries both protocols. */
function ports({ tgPort, tgProtocol }: Fields): readonly Fields[] {
  const protocols = { TLS: ['TCP'], QUIC: ['UDP'], TCP_UDP: ['TCP', 'UDP'], TCP_QUIC: ['TCP', 'UDP'] }[
    textOf(tgProtocol)
  ]
  return (protocols ?? [textOf(tgProtocol) || 'TCP']).map((protocol) => ({
    name: protocol.toLowerCase(),
    port: 80,
    targetPort: 80,
    nodePort: tgPort,
    protocol,
  }))
}

const healthPort = ({ hcPort }: Fields): Readonly<Record<string, string>> =>
  hcPort === undefined ? {} : { [`${beta}healthcheck-port`]: wordOf(hcPort) }

/** What makes a target group of that protocol out of plain TCP and UDP. */
const protocolKeys = (context: Fields): Readonly<Record<string, string>> => ({
  ...(textOf(context['tgProtocol']) === 'TLS'
    ? { [`${beta}ssl-cert`]: 'certificate', [`${beta}backend-protocol`]: 'ssl' }
    : {}),
  ...(isQuic(context) ? { [`${beta}quic-enabled-ports`]: '80' } : {}),
})

const distinct = (list: readonly string[]) => sorted([...new Set(list)])

function compared(
  one: Vector,
  more: Readonly<Record<string, string>>,
  ask: Partial<Asked>,
): readonly string[] {
  const service = withAnnotations(one, { ...healthPort(one.context), ...protocolKeys(one.context), ...more })
  const spec = { ...fieldsOf(service['spec']), ports: ports(one.context) }
  const plan = planOf({ ...ask, service: { ...service, spec: { ...spec, ...fieldsOf(ask.filling?.spec) } } })
  const value = plan.resources
    .filter(({ kind, key }) => kind === 'security-group' && key === nodeGroup)
    .flatMap(({ parts }) => ourRules(parts))
  const want = theirNetworking(fieldsOf(fieldsOf(one.expected)['want']))
  return verdict(one.expected, { problems: plan.problems, value: distinct(value) }, distinct(want))
}

/** Without a group to come from, the peer was given groups that it does not manage. */
const byGroup: Compare = (one) => {
  const token = one.context['backendSGIDToken']
  const group = typeof token === 'string' ? token : undefined
  return compared(one, group === undefined ? { [`${beta}security-groups`]: 'sg-given' } : {}, {
    controller: {
      enableBackendSG: true,
      backendSecurityGroup: group,
      disableRestrictedSGRules: one.context['disableRestrictedRules'],
    },
  })
}

const byRange: Compare = (one) => {
  const { ipAddressType, preserveClientIP, scheme, tgProtocol, subnets } = one.context
  const ipv6 = ipAddressType === 'ipv6'
  const vpc = listOf(one.context['fetchVPCInfoCalls'])[0]?.['wantVPCInfo']
  const preserves = {
    [`${beta}target-group-attributes`]: `preserve_client_ip.enabled=${wordOf(preserveClientIP ?? false)}`,
  }
  return compared(
    one,
    {
      [`${beta}scheme`]: textOf(scheme) || 'internet-facing',
      ...(ipv6 ? { [`${beta}ip-address-type`]: 'dualstack' } : {}),
      ...(/UDP|QUIC/.test(textOf(tgProtocol)) ? {} : preserves),
    },
    {
      controller: { featureGateOverrides: { NLBSecurityGroup: false } },
      subnets: listOf(subnets),
      filling: { spec: ipv6 ? { ipFamilies: ['IPv6'] } : {} },
      ...(vpc === undefined ? {} : { vpc: fieldsOf(vpc) }),
    },
  )
}

export const rules: Readonly<Record<string, Compare>> = {
  buildTargetGroupBindingNetworking: byGroup,
  buildTargetGroupBindingNetworkingLegacy: byRange,
}
