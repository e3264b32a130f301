import { aws } from './aws.ts'
import { azure } from './azure.ts'
import { gcp } from './gcp.ts'
import type { CloudKeys } from './key-case.ts'
import { local } from './local.ts'
import { openstack } from './openstack.ts'

/** The generated matrix of keys reads this too. */
export const keysOfClouds: readonly CloudKeys[] = [aws, gcp, azure, openstack, local]

/** `service.beta.kubernetes.io/aws-load-balancer-ssl-cert` -> `aws-load-balancer-ssl-cert`. */
export const goldenName = ({ key, shows }: CloudKeys['cases'][number]): string =>
  [
    key.replace(/^lb-controller\.io\//, 'portable-').replace(/^[^/]*\//, ''),
    ...(shows === undefined ? [] : [shows]),
  ]
    .join('--')
    .replaceAll(/[^\w.-]+/g, '_')
