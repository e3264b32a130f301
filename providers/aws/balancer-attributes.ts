import { error, type Problem, warning } from '../../src/model/problem.ts'
import type { TargetAttributes } from './target-attributes.ts'
import type { Wish } from './wish.ts'

const crossZoneKey = 'load_balancing.cross_zone.enabled'
const logKey = 'access_logs.s3.enabled'

/** Attributes of the load balancer: those by the API's own keys, and those that have annotations of their own. */
export function balancerAttributes({ settings }: Pick<Wish, 'settings'>): TargetAttributes {
  const attributes: Record<string, string> = {}
  const origins: Record<string, string> = {}
  const ask = (key: string, value: string | undefined, path: string | undefined): void => {
    if (value === undefined) return
    attributes[key] = value
    origins[key] = path ?? ''
  }
  const { attributes: named, crossZone, accessLog, accessLogBucket, accessLogPrefix } = settings
  for (const [key, value] of Object.entries(named?.value ?? {})) ask(key, value, named?.path)
  ask(crossZoneKey, crossZone === undefined ? undefined : String(crossZone.value), crossZone?.path)
  ask(logKey, accessLog === undefined ? undefined : String(accessLog.value), accessLog?.path)
  if (accessLog?.value === true) {
    ask('access_logs.s3.bucket', accessLogBucket?.value, accessLogBucket?.path)
    ask('access_logs.s3.prefix', accessLogPrefix?.value, accessLogPrefix?.path)
  }
  return { attributes, origins }
}

/** A name is chosen once. */
function nameProblems({ settings, share, context }: Wish): readonly Problem[] {
  const { name } = settings
  const there = context.observed.find(
    ({ stack, kind, key }) => stack === share.stack && kind === 'load-balancer' && key === share.place,
  )?.spec['Name']
  if (name === undefined || typeof there !== 'string' || there === name.value) return []
  return [
    warning('LB_AWS_NO_EFFECT', name.path, `the load balancer is there and keeps its name, ${there}`, {
      value: name.raw,
    }),
  ]
}

export function balancerProblems(wish: Wish): readonly Problem[] {
  const { settings, routes, layout } = wish
  const { attributes: named, crossZone, accessLog, accessLogBucket, accessLogPrefix } = settings
  const problems: Problem[] = [...nameProblems(wish)]
  for (const [key, setting] of [
    [crossZoneKey, crossZone],
    [logKey, accessLog],
  ] as const) {
    const said = named?.value[key]
    if (setting === undefined || said === undefined || said === String(setting.value)) continue
    // To the AWS Load Balancer Controller the key of its own outranks the list.
    const say = layout.style === 'controller' ? warning : error
    problems.push(
      say('LB_ANNOTATION_CONFLICT', setting.path, `${named?.key} says ${key}=${said}`, {
        value: setting.raw,
        accepted: 'one of the two keys, or the same in both',
        hint: `remove ${setting.key}`,
      }),
    )
  }
  const logs = accessLog?.value === true
  const bucket = accessLogBucket ?? named?.value['access_logs.s3.bucket']
  if (logs && bucket === undefined)
    problems.push(
      error('LB_ACCESS_LOG_BUCKET', accessLog.path, 'access logs need a bucket to go to', {
        value: accessLog.raw,
        hint: 'name it in service.beta.kubernetes.io/aws-load-balancer-access-log-s3-bucket-name',
      }),
    )
  if (logs && !routes.some(({ protocol }) => protocol === 'TLS'))
    problems.push(
      warning(
        'LB_AWS_NO_EFFECT',
        accessLog.path,
        'a network load balancer logs connections to TLS listeners only',
        {
          value: accessLog.raw,
        },
      ),
    )
  for (const setting of [accessLogBucket, accessLogPrefix])
    if (setting !== undefined && !logs)
      problems.push(
        warning('LB_AWS_NO_EFFECT', setting.path, 'nothing is logged while access-log-enabled is not true', {
          value: setting.raw,
        }),
      )
  return problems
}
