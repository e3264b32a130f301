import { allOf, type Permission } from './permissions.ts'

/** What the node proxy must be allowed to do. manifests/node-proxy grants these, and no more. */
export const nodeProxyPermissions: readonly Permission[] = [
  ...allOf('', 'services', 'get list watch'),
  ...allOf('discovery.k8s.io', 'endpointslices', 'get list watch'),
  ...allOf('', 'nodes', 'get list watch'),
  ...allOf('networking.k8s.io', 'servicecidrs', 'get list watch'),
  ...allOf('events.k8s.io', 'events', 'create patch'),
]
