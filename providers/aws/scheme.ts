import { error, type Problem } from '../../src/model/problem.ts'
import type { AwsSettings } from './annotations.ts'
import type { AwsConfig, Scheme } from './config.ts'

export interface SchemeAsked {
  readonly scheme: Scheme
  /** Undefined where the configuration decides. */
  readonly schemePath: string | undefined
  readonly problems: readonly Problem[]
}

/** `scheme` outranks the older `internal`; the portable key stands for either, so it has to agree with both. */
export function schemeOf({ scheme, internal }: AwsSettings, config: AwsConfig): SchemeAsked {
  const older = internal?.value === true ? 'internal' : 'internet-facing'
  if (scheme === undefined)
    return internal === undefined
      ? { scheme: config.defaultScheme, schemePath: undefined, problems: [] }
      : { scheme: older, schemePath: internal.path, problems: [] }
  const problems =
    internal !== undefined && scheme.key.startsWith('lb-controller.io/') && older !== scheme.value
      ? [
          error(
            'LB_ANNOTATION_CONFLICT',
            internal.path,
            `this asks for something else than ${scheme.key}: ${scheme.raw}`,
            {
              value: internal.raw,
              accepted: 'one of the two keys, or the same in both',
              hint: `remove ${internal.key}`,
            },
          ),
        ]
      : []
  return { scheme: scheme.value, schemePath: scheme.path, problems }
}
