import type { LoadBalancerConfig } from '../../../providers/azure/config.ts'
import { azureSettings } from '../../../providers/azure/annotations.ts'
import { configNameOf, isInternalName } from '../../../providers/azure/names.ts'
import { eligible, mostEligible } from '../../../providers/azure/select-load-balancer.ts'
import type { LabelSelector } from '../../../providers/azure/selectors.ts'
import type { Compare, Vector } from '../vector.ts'
import { differences } from './differences.ts'
import { read } from './service.ts'

/** One entry of the peer's configuration, with what it remembers of the Services on it. */
interface PeerConfig {
  readonly name: string
  readonly multipleStandardLoadBalancerConfigurationSpec?: {
    readonly allowServicePlacement?: boolean
    readonly serviceLabelSelector?: LabelSelector
    readonly serviceNamespaceSelector?: LabelSelector
    readonly nodeSelector?: LabelSelector
    readonly primaryVMSet?: string
  }
  readonly multipleStandardLoadBalancerConfigurationStatus?: {
    readonly activeServices?: { readonly set?: readonly string[] }
  }
}

export const configOf = ({
  name,
  multipleStandardLoadBalancerConfigurationSpec,
}: PeerConfig): LoadBalancerConfig => ({
  name,
  ...multipleStandardLoadBalancerConfigurationSpec,
})

export const peerConfigs = ({ context }: Vector): readonly PeerConfig[] =>
  (context['multiSLBConfigs'] ?? context['lbConfigs'] ?? []) as readonly PeerConfig[]

/** Where the peer remembers the Service to be. */
export function rememberedOn(one: Vector): string | undefined {
  const { name, namespace = 'default' } = one.service?.metadata ?? { name: '' }
  return peerConfigs(one).find(({ multipleStandardLoadBalancerConfigurationStatus: status }) =>
    status?.activeServices?.set?.includes(`${namespace}/${name}`),
  )?.name
}

/**
 * Which load balancers may take a Service. A case of success shows an empty list, which the peer never answers without
 * an error: the names were lost on the way, so there only success counts.
 */
export const eligibleOnes: Compare = (one) => {
  const { lb } = read(one.service)
  const { namespace } = one.context as {
    readonly namespace?: { metadata?: { labels?: Record<string, string> } }
  }
  const current = rememberedOn(one)
  const named = lb === undefined ? undefined : azureSettings(lb).configurations?.value
  const found = eligible(peerConfigs(one).map(configOf), {
    labels: lb?.labels ?? {},
    namespaceLabels: namespace?.metadata?.labels ?? {},
    ...(named === undefined ? {} : { named }),
    ...(current === undefined ? {} : { current }),
  })
  const { error, loadBalancers = [] } = one.expected as {
    readonly error?: unknown
    readonly loadBalancers?: readonly string[]
  }
  const refused = error !== undefined && error !== null && error !== ''
  const failed = differences(refused, !found.ok, 'error')
  return loadBalancers.length === 0 || !found.ok
    ? failed
    : [...failed, ...differences(loadBalancers, found.value)]
}

interface Body {
  readonly name?: string
  readonly properties?: { readonly loadBalancingRules?: readonly unknown[] }
}

export const mostEligibleOne: Compare = (one) => {
  const { currentLBName, eligibleLBs, existingLBs, isInternal } = one.context as {
    readonly currentLBName?: string
    readonly eligibleLBs?: readonly string[]
    readonly existingLBs?: readonly Body[]
    readonly isInternal?: boolean
  }
  const counts = new Map(
    (existingLBs ?? [])
      .filter(({ name = '' }) => isInternalName(name) === (isInternal === true))
      .map(({ name = '', properties }) => [
        configNameOf(name).toLowerCase(),
        properties?.loadBalancingRules?.length ?? 0,
      ]),
  )
  const current = currentLBName === undefined ? undefined : configNameOf(currentLBName)
  const loadBalancerName = mostEligible(eligibleLBs ?? [], current, counts) ?? ''
  return differences(one.expected, { loadBalancerName })
}

export const isInternal: Compare = (one) => {
  const { name = '' } = (one.context['lb'] ?? {}) as Body
  return differences(one.expected, { value: isInternalName(name) })
}
