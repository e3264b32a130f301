import type { Family, LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import type { AwsSettings } from './annotations.ts'

/** Somebody who may connect, and where that was written. Without a peer nobody can know it yet: `gap` says what. */
export interface Source {
  readonly peer: string | undefined
  readonly path: string
  readonly gap?: string
}

export interface Sources {
  readonly sources: readonly Source[]
  readonly problems: readonly Problem[]
}

const everywhere: Readonly<Record<Family, string>> = { IPv4: '0.0.0.0/0', IPv6: '::/0' }

/**
 * Who may connect: source ranges and prefix lists, else everybody. A range of a family that the load balancer lacks lets
 * nobody in; if the Service asked for that family it is left out with a warning, but never so that none is left, which
 * would read as "everybody".
 */
export function sourcesFor(
  lb: LoadBalancer,
  { prefixLists, addressType }: AwsSettings,
  families: readonly Family[],
): Sources {
  const problems: Problem[] = []
  const usable = lb.sourceRanges.filter((range) => families.includes(range.family))
  for (const { cidr, family, path } of lb.sourceRanges) {
    if (families.includes(family)) continue
    const has = families.join(' and ')
    problems.push(
      lb.families.includes(family) && usable.length > 0
        ? warning(
            'LB_SOURCE_RANGE_UNUSED',
            path,
            `the load balancer has ${has} addresses only, so this ${family} range lets nobody in`,
            { value: cidr },
          )
        : error(
            'LB_SOURCE_RANGE_FAMILY',
            path,
            `this is an ${family} range, and the load balancer has ${has} addresses only`,
            {
              value: cidr,
              accepted: `${has} ranges`,
              hint: `remove it, or set ${addressType?.key ?? 'service.beta.kubernetes.io/aws-load-balancer-ip-address-type'}: dualstack`,
            },
          ),
    )
  }
  const lists = (prefixLists?.value ?? []).map((peer) => ({ peer, path: prefixLists?.path ?? '' }))
  const ranges = usable.map(({ cidr, path }) => ({ peer: cidr, path }))
  if (lb.sourceRanges.length > 0 || lists.length > 0) return { sources: [...ranges, ...lists], problems }
  const open = families.map((family) => ({
    peer: everywhere[family],
    path: 'spec.loadBalancerSourceRanges',
  }))
  return { sources: open, problems }
}
