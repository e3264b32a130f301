import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { awsSettings } from './annotations.ts'
import type { AwsConfig } from './config.ts'
import { layoutOf } from './layout.ts'
import { referredBy } from './shares.ts'
import { targetTypeOf } from './target-type.ts'

/** The Services to whose pods a load balancer sends, its own first. */
export function backendsOf(lb: LoadBalancer, config: AwsConfig): readonly string[] {
  const settings = awsSettings(lb)
  const layout = layoutOf(lb, settings, config)
  const { targetType } = targetTypeOf(settings, layout, config)
  return targetType === 'ip' ? [lb.name, ...referredBy(lb)] : []
}
