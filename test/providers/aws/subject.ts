import { createCloud, type Cloud, type CloudOptions } from '../../../localstack/aws/cloud.ts'
import { createProvider } from '../../../providers/aws/index.ts'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { ProviderError } from '../../../src/provider/errors.ts'
import type { AwsConfig } from '../../../providers/aws/config.ts'
import type { AwsApi } from '../../../providers/aws/api.ts'
import type { Subject } from '../../conformance/subject.ts'
import { Bed, instanceId, type BedOptions } from '../../support/bed.ts'
import { inProcess } from './in-process.ts'
import { certificate, stories } from './stories.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

/** Tells of every call that broke, at the moment that its caller hears of it. */
function watched(api: AwsApi, broke: () => void): AwsApi {
  return {
    async call(action, input, signal) {
      try {
        return await api.call(action, input, signal)
      } catch (error) {
        if (error instanceof ProviderError && error.sent === 'maybe' && error.code === 'ECONNRESET') broke()
        throw error
      }
    },
  }
}

const nothing = (): void => {}

const zoneOf = (n: number): string => 'abc'[n % 3] ?? 'a'

/** A bed on the strict AWS server in this process: every node that joins is an instance there. */
export function awsBed(
  options: Partial<BedOptions> = {},
  cloudOptions: CloudOptions = {},
  config: Partial<AwsConfig> = {},
) {
  let broke = nothing
  const made: { cloud?: Cloud } = {}
  const bed = new Bed({
    zoneOf: (n) => `us-east-1${zoneOf(n)}`,
    ...options,
    provider: (clock, clusterUid) =>
      createProvider(
        { region: 'us-east-1', ...config },
        { api: watched(inProcess(cloud), () => broke()), clock, clusterUid },
      ),
  })
  const cloud = (made.cloud = createCloud({ clock: bed.clock, ...cloudOptions }))
  cloud.addCertificate(certificate)
  const joined = (n: number) => cloud.addInstance({ id: instanceId(n), az: zoneOf(n) })
  for (let n = 1; n <= (options.nodes ?? 2); n++) joined(n)
  return { bed, cloud, joined, onBreak: (run: () => void) => (broke = run) }
}

const only = <T>(items: readonly T[] | undefined): T => {
  const [item] = items ?? []
  if (item === undefined) throw new Error('there is none')
  return item
}

interface Rule {
  readonly SecurityGroupRuleId: string
  readonly GroupId: string
  readonly Description?: string
  readonly FromPort: number
}

function byHand(cloud: Cloud) {
  const ask = (service: 'elbv2' | 'ec2', action: string, input: object = {}) =>
    cloud.byHand(service, action, input)
  const group = () => only(cloud.world.targetGroups.list()).arn
  const listener = () => only(cloud.world.listeners.list()).arn
  const rules = () =>
    (ask('ec2', 'DescribeSecurityGroupRules') as { SecurityGroupRules: Rule[] }).SecurityGroupRules.filter(
      (rule) => rule.Description?.startsWith('kubernetes.io/rule/nlb/client=') === true,
    )
  return { ask, listener, group, rules }
}

export const aws: Subject = {
  name: 'aws',
  targetSets: 1,
  groups: true,
  invalid: {
    patch: { metadata: { annotations: { [key('healthcheck-interval')]: '7000' } } },
    code: 'LB_ANNOTATION_INTEGER',
    heal: { metadata: { annotations: { [key('healthcheck-interval')]: null } } },
  },
  edit: { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } },
  can: createProvider({}, { clock: new VirtualClock() }).can,
  stories,
  timeless: (dump) =>
    JSON.parse(JSON.stringify(dump), (key, value: object) =>
      key === 'ingress'
        ? Object.fromEntries(
            Object.entries(value).map(([rule, what]) => [rule, { ...what, description: '', tags: {} }]),
          )
        : value,
    ),
  make(options = {}) {
    const { bed, cloud, joined, onBreak } = awsBed(options)
    const { ask, listener, group, rules } = byHand(cloud)
    return {
      bed,
      cloud: {
        dump: () => cloud.dump(),
        writes: () => cloud.log.filter((call) => call.mutating).map((call) => call.action),
        reads: () => cloud.log.filter((call) => !call.mutating).length,
        cutNext(call, effect, then) {
          onBreak(then)
          cloud.cutAt({ call, effect })
        },
        uncut() {
          onBreak(() => {})
          cloud.cutAt(undefined)
        },
        nodeJoined: joined,
        trouble(on) {
          cloud.switches.listLag = on ? 5_000 : 0
          cloud.switches.failureShare = on ? 0.1 : 0
          cloud.switches.throttle = on ? { 'elbv2:write': { rate: 2, burst: 3 } } : {}
        },
        drifts: {
          'listener gone': () => void ask('elbv2', 'DeleteListener', { ListenerArn: listener() }),
          'attribute changed': () =>
            void ask('elbv2', 'ModifyTargetGroup', {
              TargetGroupArn: group(),
              HealthCheckIntervalSeconds: 15,
            }),
          'target removed': () => {
            const Targets = [{ Id: instanceId(1), Port: only(rules()).FromPort }]
            ask('elbv2', 'DeregisterTargets', { TargetGroupArn: group(), Targets })
          },
          'rule added': () => {
            const rule = only(rules())
            const IpRanges = [{ CidrIp: '198.51.100.0/24', Description: rule.Description }]
            const IpPermissions = [
              { IpProtocol: 'tcp', FromPort: rule.FromPort, ToPort: rule.FromPort, IpRanges },
            ]
            ask('ec2', 'AuthorizeSecurityGroupIngress', { GroupId: rule.GroupId, IpPermissions })
          },
          'rule removed': () => {
            const rule = only(rules())
            ask('ec2', 'RevokeSecurityGroupIngress', {
              GroupId: rule.GroupId,
              SecurityGroupRuleIds: [rule.SecurityGroupRuleId],
            })
          },
          'status cleared': (on) => {
            const web = { namespace: 'shop', name: 'web' }
            on.cluster.patch('services', web, { status: { loadBalancer: null } }, { subresource: 'status' })
          },
        },
      },
    }
  },
}
