import { isObject } from '../../src/lib/json.ts'
import { fail, ok, type Result } from '../../src/lib/result.ts'
import type { Rejection, ValueType } from '../../src/model/annotations.ts'

/** One of the target groups that a listener divides its connections among. */
export interface WeightedTarget {
  readonly arn?: string
  readonly service?: { readonly name: string; readonly port: number | string }
  readonly weight?: number
}

/** What a listener does, as the annotation `actions.<PROTOCOL>-<port>` says it. */
export interface ForwardAction {
  readonly targets: readonly WeightedTarget[]
  readonly stickySeconds?: number
  readonly sticky?: boolean
}

const bad = (message: string, hint?: string): Result<never, Rejection> =>
  fail({ code: 'LB_AWS_ACTION', message, ...(hint === undefined ? {} : { hint }) })

/** Keys may be written as Go names them in JSON, `targetGroupARN`, or as the API does, `TargetGroupARN`. */
const field = (from: Record<string, unknown>, name: string): unknown =>
  Object.entries(from).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]

export const forwardAction: ValueType<ForwardAction> = {
  name: 'forward action',
  accepts:
    '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"web","servicePort":80,"weight":80},{"targetGroupARN":"arn:...","weight":20}]}}',
  parse(text) {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      return bad(`this is not JSON: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (!isObject(value)) return bad('an action is a map of fields')
    const type = field(value, 'type')
    if (type !== 'forward') return bad(`the type of an action is "forward", not ${JSON.stringify(type)}`)
    const whole = field(value, 'targetGroupARN')
    if (typeof whole === 'string') return ok({ targets: [{ arn: whole }] })
    const config = field(value, 'forwardConfig')
    const list = isObject(config) ? field(config, 'targetGroups') : undefined
    if (!isObject(config) || !Array.isArray(list) || list.length === 0)
      return bad('a forward action needs forwardConfig.targetGroups with at least one target group')
    if (list.length > 5) return bad(`${list.length} target groups are named, 5 is the most`)
    const targets: WeightedTarget[] = []
    for (const [at, one] of list.entries()) {
      const target = targetOf(one, list.length > 1)
      if (!target.ok) return bad(`target group ${at + 1}: ${target.error.message}`, target.error.hint)
      targets.push(target.value)
    }
    return withStickiness(targets, field(config, 'targetGroupStickinessConfig'))
  },
}

function targetOf(one: unknown, weighted: boolean): Result<WeightedTarget, Rejection> {
  if (!isObject(one)) return bad('it is a map of fields')
  const arn = field(one, 'targetGroupARN')
  const name = field(one, 'serviceName')
  const port = field(one, 'servicePort')
  if ((arn === undefined) === (name === undefined))
    return bad('it names exactly one of targetGroupARN and serviceName')
  if (name !== undefined && (typeof name !== 'string' || !isPort(port)))
    return bad(`the Service ${JSON.stringify(name)} needs a servicePort, a number or a name`)
  const weight = field(one, 'weight')
  if (weight === undefined && weighted) return bad('with more than one target group each needs a weight')
  if (weight !== undefined && (!Number.isInteger(weight) || Number(weight) < 0 || Number(weight) > 999))
    return bad(`the weight ${JSON.stringify(weight)} is no whole number from 0 to 999`)
  const share = weight === undefined ? {} : { weight: Number(weight) }
  if (typeof name === 'string' && isPort(port)) return ok({ service: { name, port: portOf(port) }, ...share })
  if (typeof arn !== 'string' || !/^arn:aws[a-z-]*:elasticloadbalancing:[^:]*:\d{12}:targetgroup\//.test(arn))
    return bad(
      `${JSON.stringify(arn)} is not the ARN of a target group`,
      '`aws elbv2 describe-target-groups` shows them',
    )
  return ok({ arn, ...share })
}

const isPort = (port: unknown): port is number | string =>
  (typeof port === 'number' && port >= 1 && port <= 65535) || (typeof port === 'string' && port !== '')

const portOf = (port: number | string): number | string =>
  typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : port

function withStickiness(
  targets: readonly WeightedTarget[],
  config: unknown,
): Result<ForwardAction, Rejection> {
  if (config === undefined) return ok({ targets })
  if (!isObject(config)) return bad('targetGroupStickinessConfig is a map of fields')
  const seconds = field(config, 'durationSeconds')
  if (
    seconds !== undefined &&
    (!Number.isInteger(seconds) || Number(seconds) < 1 || Number(seconds) > 604_800)
  )
    return bad(`durationSeconds ${JSON.stringify(seconds)} is no whole number from 1 to 604800`)
  return ok({
    targets,
    sticky: field(config, 'enabled') === true,
    ...(seconds === undefined ? {} : { stickySeconds: Number(seconds) }),
  })
}
