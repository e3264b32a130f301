import { error, type Problem } from '../../src/model/problem.ts'
import type { AwsSettings } from './annotations.ts'
import type { AwsConfig, TargetType } from './config.ts'
import type { Layout } from './layout.ts'

interface TargetTypeAsked {
  readonly targetType: TargetType
  readonly problems: readonly Problem[]
}

export function targetTypeOf(
  { type, targetType: asked }: AwsSettings,
  { balancer, style }: Layout,
  config: AwsConfig,
): TargetTypeAsked {
  if (balancer === 'classic') return { targetType: 'instance', problems: [] }
  const implied = type?.value === 'nlb-ip' ? 'ip' : undefined
  const usual = style === 'controller' ? config.defaultTargetType : 'instance'
  const targetType = implied ?? asked?.value ?? usual
  const problems: Problem[] = []
  if (asked !== undefined && asked.value !== targetType)
    problems.push(
      error(
        'LB_ANNOTATION_CONFLICT',
        asked.path,
        `type nlb-ip has pods as targets, and this asks for nodes`,
        {
          value: asked.raw,
          accepted: 'ip',
          hint: 'write aws-load-balancer-type: external to have nodes as targets',
        },
      ),
    )
  if (targetType === 'ip' && config.podTargets === 'refused')
    problems.push(
      error(
        'LB_POD_TARGETS',
        (asked ?? type)?.path ?? 'spec.type',
        'the configuration does not let pods be targets',
        {
          value: (asked ?? type)?.raw ?? targetType,
          accepted: 'instance',
          hint: 'aws.podTargets allows them',
        },
      ),
    )
  return { targetType, problems }
}
