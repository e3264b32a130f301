import type {
  DescribeSSLPoliciesInput,
  DescribeSSLPoliciesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action } from '../action.ts'
import { fault } from '../fault.ts'
import { pageOf } from '../paging.ts'
import { badMarker, pageSize } from './checks.ts'

export const defaultPolicy = 'ELBSecurityPolicy-2016-08'

/** Policy -> the oldest protocol it lets in. */
const policies = new Map<string, 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'>([
  [defaultPolicy, 'TLSv1'],
  ['ELBSecurityPolicy-TLS13-1-3-2021-06', 'TLSv1.3'],
  ['ELBSecurityPolicy-TLS13-1-2-2021-06', 'TLSv1.2'],
  ['ELBSecurityPolicy-TLS13-1-2-Res-2021-06', 'TLSv1.2'],
  ['ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06', 'TLSv1.2'],
  ['ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06', 'TLSv1.2'],
  ['ELBSecurityPolicy-TLS13-1-1-2021-06', 'TLSv1.1'],
  ['ELBSecurityPolicy-TLS13-1-0-2021-06', 'TLSv1'],
  ['ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09', 'TLSv1.2'],
  ['ELBSecurityPolicy-TLS13-1-2-PQ-2025-09', 'TLSv1.2'],
  ['ELBSecurityPolicy-TLS-1-2-2017-01', 'TLSv1.2'],
  ['ELBSecurityPolicy-TLS-1-2-Ext-2018-06', 'TLSv1.2'],
  ['ELBSecurityPolicy-TLS-1-1-2017-01', 'TLSv1.1'],
  ['ELBSecurityPolicy-2015-05', 'TLSv1'],
  ['ELBSecurityPolicy-FS-2018-06', 'TLSv1'],
  ['ELBSecurityPolicy-FS-1-1-2019-08', 'TLSv1.1'],
  ['ELBSecurityPolicy-FS-1-2-2019-08', 'TLSv1.2'],
  ['ELBSecurityPolicy-FS-1-2-Res-2019-08', 'TLSv1.2'],
  ['ELBSecurityPolicy-FS-1-2-Res-2020-10', 'TLSv1.2'],
])

const protocols = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const

export function checkPolicy(name: string): string {
  if (!policies.has(name)) throw fault('SSLPolicyNotFound', `SSL policy '${name}' not found`)
  return name
}

export const describeSslPolicies: Action<DescribeSSLPoliciesInput, DescribeSSLPoliciesOutput> = (
  _world,
  input,
) => {
  const names = input.Names?.map(checkPolicy) ?? [...policies.keys()]
  const page = pageOf(names, pageSize(input.PageSize), input.Marker, (name) => name, badMarker)
  return {
    SslPolicies: page.items.map((name) => ({
      Name: name,
      SslProtocols: protocols.filter(
        (protocol) =>
          protocol >= (policies.get(name) ?? '') && (protocol !== 'TLSv1.3' || name.includes('TLS13')),
      ),
      SupportedLoadBalancerTypes: ['application', 'network'],
      Ciphers: [{ Name: 'ECDHE-RSA-AES128-GCM-SHA256', Priority: 1 }],
    })),
    ...(page.next === undefined ? {} : { NextMarker: page.next }),
  }
}
