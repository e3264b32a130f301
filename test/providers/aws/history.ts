import { array, boolean, constant, constantFrom, integer, oneof, record, type Arbitrary } from 'fast-check'
import { certificate } from './stories.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

/** Keys that are drawn, with what they may say; null takes one away. */
const values: Readonly<Record<string, readonly (string | null)[]>> = {
  [key('type')]: ['nlb', 'external', 'classic', null, null],
  [key('scheme')]: ['internal', null],
  [key('backend-protocol')]: ['http', null],
  [key('nlb-target-type')]: ['ip', 'ip', null],
  [key('security-groups')]: ['sg-0given', null],
  [key('ssl-cert')]: [certificate, null],
  [key('proxy-protocol')]: ['*', null],
  [key('subnets')]: ['subnet-0pub0a,subnet-0pub0b', 'subnet-0pub0b', null],
  [key('healthcheck-interval')]: ['20', '7000', null],
  [key('healthcheck-protocol')]: ['http', null],
  [key('target-group-attributes')]: [
    'deregistration_delay.timeout_seconds=60',
    'preserve_client_ip.enabled=false',
    null,
  ],
  [key('attributes')]: ['load_balancing.cross_zone.enabled=true', null],
  [key('cross-zone-load-balancing-enabled')]: ['true', null],
  [key('additional-resource-tags')]: ['team=web', 'team=db,stage=prod', null],
  [key('target-node-labels')]: ['pool=none', null],
  'service.beta.kubernetes.io/load-balancer-source-ranges': ['10.0.0.0/8', null],
  'lb-controller.io/group': ['edge', 'edge', 'side', null],
}

export const drawnKeys: readonly string[] = Object.keys(values)

const ranges = [['10.0.0.0/8'], ['10.1.0.0/16', '192.0.2.0/24'], ['192.0.2.0/24']] as const

export const drifts = [
  'rule added',
  'rule removed',
  'listener deleted',
  'target group deleted',
  'load balancer deleted',
  'tag removed',
  'targets removed',
] as const
export type Drift = (typeof drifts)[number]

/** Of one Service: named by number; ports tell them apart, unless they want one that others have. */
export type Edit =
  | {
      readonly does: 'ports'
      readonly service: number
      readonly two: boolean
      readonly same: boolean
      readonly from: number
    }
  | { readonly does: 'ranges'; readonly service: number; readonly to: readonly string[] | null }
  | { readonly does: 'key'; readonly service: number; readonly key: string; readonly value: string | null }
  | { readonly does: 'type'; readonly service: number; readonly to: 'NodePort' | 'LoadBalancer' }
  | { readonly does: 'local'; readonly service: number; readonly on: boolean }
  | { readonly does: 'delete'; readonly service: number }

/** One thing that happens. */
export type Act =
  | Edit
  | { readonly does: 'apply'; readonly service: number; readonly classy: boolean }
  | { readonly does: 'node' | 'pod'; readonly joins: boolean }
  | { readonly does: 'pass'; readonly seconds: number }
  | { readonly does: 'kill' | 'stop' }
  | {
      readonly does: 'cut'
      readonly call: number
      readonly effect: 'before' | 'after'
      readonly kills: boolean
    }
  | { readonly does: 'trouble'; readonly on: boolean }
  | { readonly does: 'drift'; readonly what: Drift }

const service = integer({ min: 0, max: 2 })
const is = <const T>(value: T) => constant(value)

const edit: Arbitrary<Act> = oneof(
  ...Object.entries(values).map(([name, all]) =>
    record({ does: is('key'), service, key: is(name), value: constantFrom(...all) }),
  ),
)

/** `open`: whether a Service may ever let everybody in. */
const actOf = (open: boolean): Arbitrary<Act> =>
  oneof(
    { arbitrary: record({ does: is('apply'), service, classy: boolean() }), weight: 6 },
    { arbitrary: edit, weight: 10 },
    {
      arbitrary: record({
        does: is('ports'),
        service,
        two: boolean(),
        same: boolean(),
        from: constantFrom(30_000, 31_000),
      }),
      weight: 2,
    },
    {
      arbitrary: record({
        does: is('ranges'),
        service,
        to: constantFrom<readonly string[] | null>(...ranges, ...(open ? [null] : [])),
      }),
      weight: 3,
    },
    { arbitrary: record({ does: is('local'), service, on: boolean() }), weight: 1 },
    {
      arbitrary: record({ does: is('type'), service, to: constantFrom('NodePort', 'LoadBalancer') }),
      weight: 1,
    },
    { arbitrary: record({ does: is('delete'), service }), weight: 2 },
    { arbitrary: record({ does: constantFrom('node', 'pod'), joins: boolean() }), weight: 2 },
    {
      arbitrary: record({ does: is('pass'), seconds: constantFrom(0, 0, 1, 6, 30, 100, 700) }),
      weight: 8,
    },
    { arbitrary: record({ does: constantFrom('kill', 'stop') }), weight: 2 },
    {
      arbitrary: record({
        does: is('cut'),
        call: integer({ min: 1, max: 4 }),
        effect: constantFrom('before', 'after'),
        kills: boolean(),
      }),
      weight: 3,
    },
    { arbitrary: record({ does: is('trouble'), on: boolean() }), weight: 1 },
    { arbitrary: record({ does: is('drift'), what: constantFrom(...drifts) }), weight: 2 },
  )

export const historyOf = (open: boolean): Arbitrary<readonly Act[]> =>
  array(actOf(open), { minLength: 3, maxLength: 16 })
