import type { JsonObject } from '../../../src/lib/json.ts'
import type { Setting } from '../../../src/model/annotations.ts'
import { error, type Problem, warning } from '../../../src/model/problem.ts'
import type { Wish } from '../wish.ts'

interface ClassicAttributes {
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

/** All of them, asked for or not: what was switched on by hand goes back, as with cloud-provider-aws. */
export function classicAttributes({ settings }: Wish): ClassicAttributes {
  const { crossZone, accessLog, accessLogBucket, accessLogPrefix, accessLogInterval } = settings
  const { draining, drainingTimeout, idleTimeout } = settings
  const logs = accessLog?.value === true
  const drains = draining?.value === true
  const named: Readonly<Record<string, Setting<unknown> | undefined>> = {
    'CrossZoneLoadBalancing.Enabled': crossZone,
    'AccessLog.Enabled': accessLog,
    'AccessLog.EmitInterval': accessLogInterval,
    'AccessLog.S3BucketName': accessLogBucket,
    'AccessLog.S3BucketPrefix': accessLogPrefix,
    'ConnectionDraining.Enabled': draining,
    'ConnectionDraining.Timeout': drainingTimeout,
    'ConnectionSettings.IdleTimeout': idleTimeout,
  }
  return {
    spec: {
      CrossZoneLoadBalancing: { Enabled: crossZone?.value === true },
      AccessLog: {
        Enabled: logs,
        ...(logs && accessLogInterval !== undefined ? { EmitInterval: Number(accessLogInterval.value) } : {}),
        ...(logs && accessLogBucket !== undefined ? { S3BucketName: accessLogBucket.value } : {}),
        ...(logs && accessLogPrefix !== undefined ? { S3BucketPrefix: accessLogPrefix.value } : {}),
      },
      ConnectionDraining: {
        Enabled: drains,
        ...(drains && drainingTimeout !== undefined ? { Timeout: drainingTimeout.value } : {}),
      },
      ConnectionSettings: { IdleTimeout: idleTimeout?.value ?? 60 },
    },
    origins: Object.fromEntries(
      Object.entries(named).flatMap(([path, setting]) =>
        setting === undefined ? [] : [[`LoadBalancerAttributes.${path}`, setting.path]],
      ),
    ),
    problems: [
      ...(logs && accessLog !== undefined && accessLogBucket === undefined ? [noBucket(accessLog)] : []),
      ...(idleTimeout !== undefined && idleTimeout.value > 4000 ? [tooLong(idleTimeout)] : []),
      ...(logs
        ? []
        : [accessLogBucket, accessLogPrefix, accessLogInterval].flatMap(needs('access-log-enabled'))),
      ...(drains ? [] : [drainingTimeout].flatMap(needs('connection-draining-enabled'))),
    ],
  }
}

const tooLong = (setting: Setting<number>): Problem =>
  error('LB_ANNOTATION_INTEGER', setting.path, 'a Classic Load Balancer does not wait that long', {
    value: setting.raw,
    accepted: 'a whole number from 1 to 4000 (seconds)',
  })

const noBucket = (setting: Setting<boolean>): Problem =>
  error('LB_ACCESS_LOG_BUCKET', setting.path, 'access logs need a bucket to go to', {
    value: setting.raw,
    hint: 'name one in service.beta.kubernetes.io/aws-load-balancer-access-log-s3-bucket-name',
  })

const needs =
  (other: string) =>
  (setting: Setting<unknown> | undefined): readonly Problem[] => {
    if (setting === undefined) return []
    const message = `this has no effect without aws-load-balancer-${other}: "true"`
    return [warning('LB_AWS_NO_EFFECT', setting.path, message, { value: setting.raw })]
  }
