import type { NodeObject } from '../../../src/model/objects.ts'
import { ageColumn, listText, nameColumn, type Column } from './column.ts'
import { fieldAt } from '../object.ts'

const rolePrefix = 'node-role.kubernetes.io/'

function statusText(node: NodeObject): string {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready')
  // A node that is not heard of is not ready; only one that has never said anything is unknown.
  const words = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return node.spec?.unschedulable === true ? `${words},SchedulingDisabled` : words
}

const roles = (node: NodeObject) =>
  Object.keys(node.metadata.labels ?? {})
    .filter((label) => label.startsWith(rolePrefix))
    .map((label) => label.slice(rolePrefix.length))
    .toSorted()

const address = (type: string) => (node: NodeObject) =>
  node.status?.addresses?.find((one) => one.type === type)?.address ?? '<none>'

const info = (field: string) => (node: NodeObject) => {
  const value = fieldAt(node, `status.nodeInfo.${field}`)
  return typeof value === 'string' ? value : '<unknown>'
}

export const nodeColumns: readonly Column[] = [
  nameColumn,
  { name: 'Status', cell: statusText },
  { name: 'Roles', cell: (node: NodeObject) => listText(roles(node)) },
  ageColumn,
  { name: 'Version', cell: info('kubeletVersion') },
  { name: 'Internal-IP', wide: true, cell: address('InternalIP') },
  { name: 'External-IP', wide: true, cell: address('ExternalIP') },
  { name: 'OS-Image', wide: true, cell: info('osImage') },
  { name: 'Kernel-Version', wide: true, cell: info('kernelVersion') },
  { name: 'Container-Runtime', wide: true, cell: info('containerRuntimeVersion') },
]
