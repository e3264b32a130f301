import { error, type Problem } from '../../src/model/problem.ts'
import { nameMatcher } from './subnet-match.ts'

/** Where a load balancer stands, as the settings, a class or a Service name it. */
export interface Placement {
  readonly floatingNetworkId?: string
  readonly floatingSubnetId?: string
  /** A name, a glob, or a regular expression after `~`; `!` in front negates. */
  readonly floatingSubnet?: string
  /** Tags of the subnet; `!` negates, `&` asks for all of them. */
  readonly floatingSubnetTags?: string
  readonly networkId?: string
  readonly subnetId?: string
  readonly memberSubnetId?: string
}

/** Settings of this provider. All may be left out where the default does. */
export interface OpenStackConfig extends Placement {
  /** In names and tags. Default: the cluster's name. */
  readonly clusterName?: string
  /** Octavia's driver: amphora, octavia (another word for it), amphorav2, ovn, f5. */
  readonly lbProvider: string
  /** The minor version of Octavia's API that is taken for granted where nobody asked it: `2.16`. */
  readonly octaviaVersion: string
  readonly classes: Readonly<Record<string, Placement>>
  /** Default: ROUND_ROBIN, on OVN SOURCE_IP_PORT. */
  readonly lbMethod?: string
  readonly internalLb: boolean
  readonly createMonitor: boolean
  readonly monitorDelay: number
  readonly monitorTimeout: number
  readonly monitorMaxRetries: number
  readonly monitorMaxRetriesDown: number
  /** Milliseconds; left to Octavia where there is none. */
  readonly timeoutClientData?: number
  readonly timeoutMemberConnect?: number
  readonly timeoutMemberData?: number
  readonly timeoutTcpInspect?: number
  readonly manageSecurityGroups: boolean
  /** Groups that the nodes are in: rules go there, and no port of a node is touched. */
  readonly nodeSecurityGroups: readonly string[]
  readonly enableIngressHostname: boolean
  readonly ingressHostnameSuffix: string
  /** How many Services may share a load balancer. */
  readonly maxSharedLb: number
  readonly containerStore: string
  /** Members are named as for providers that take one call at a time. */
  readonly serialApiCalls: boolean
}

export const defaultConfig: OpenStackConfig = {
  lbProvider: 'amphora',
  octaviaVersion: '2.16',
  classes: {},
  internalLb: false,
  createMonitor: false,
  monitorDelay: 5,
  monitorTimeout: 3,
  monitorMaxRetries: 1,
  monitorMaxRetriesDown: 3,
  manageSecurityGroups: false,
  nodeSecurityGroups: [],
  enableIngressHostname: false,
  ingressHostnameSuffix: 'nip.io',
  maxSharedLb: 2,
  containerStore: 'barbican',
  serialApiCalls: false,
}

interface Rule {
  readonly path: string
  readonly value: string | undefined
  readonly form: RegExp
  readonly accepted: string
}

/** What is wrong with settings that already have the right types. Paths are those of the configuration file. */
export function checkConfig(config: OpenStackConfig): readonly Problem[] {
  const rules: readonly Rule[] = [
    {
      path: 'openstack.octaviaVersion',
      value: config.octaviaVersion,
      form: /^v?2\.\d+$/,
      accepted: 'a version of its API such as 2.16',
    },
    {
      path: 'openstack.ingressHostnameSuffix',
      value: config.ingressHostnameSuffix,
      form: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
      accepted: 'a domain such as nip.io',
    },
  ]
  const misplaced = config.nodeSecurityGroups.length > 0 && !config.manageSecurityGroups
  return [
    ...patternProblems(config),
    ...methodProblems(config),
    ...rules.flatMap(({ path, value, form, accepted }) => {
      if (value === undefined || form.test(value)) return []
      const message = `${JSON.stringify(value)} does not have the form that this setting needs`
      return error('LB_CONFIG', path, message, { value, accepted })
    }),
    ...(misplaced
      ? [
          error(
            'LB_CONFIG',
            'openstack.nodeSecurityGroups',
            'these groups get rules only while openstack.manageSecurityGroups is true',
            { value: config.nodeSecurityGroups.join(', '), hint: 'set openstack.manageSecurityGroups: true' },
          ),
        ]
      : []),
  ]
}

/** A pattern that does not parse would match nothing, and every Service would be refused. */
function patternProblems(config: OpenStackConfig): readonly Problem[] {
  const patterns = [
    { path: 'openstack.floatingSubnet', value: config.floatingSubnet },
    ...Object.entries(config.classes).map(([name, { floatingSubnet }]) => ({
      path: `openstack.classes[${JSON.stringify(name)}].floatingSubnet`,
      value: floatingSubnet,
    })),
  ]
  return patterns.flatMap(({ path, value }) => {
    const made = value === undefined ? undefined : nameMatcher(value)
    return made === undefined || made.ok || value === undefined
      ? []
      : error('LB_CONFIG', path, made.error, {
          value,
          accepted: 'a name, a glob, or a regular expression after "~"',
        })
  })
}

function methodProblems({ lbProvider, lbMethod }: OpenStackConfig): readonly Problem[] {
  if (lbProvider !== 'ovn' || lbMethod === undefined || lbMethod === 'SOURCE_IP_PORT') return []
  const details = { value: lbMethod, accepted: 'SOURCE_IP_PORT', hint: 'leave openstack.lbMethod out' }
  return [error('LB_CONFIG', 'openstack.lbMethod', 'the driver ovn has one way to choose a member', details)]
}
