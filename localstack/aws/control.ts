import type { Cloud } from './cloud.ts'
import type { InstanceInput } from './state/instances.ts'
import type { Switches } from './switches.ts'
import type { Cut } from './trouble.ts'

interface SwitchesBody extends Partial<Switches> {
  readonly cut?: Cut | null
  readonly deny?: readonly string[]
  readonly allow?: readonly string[]
}

interface InstancesBody {
  readonly add?: readonly InstanceInput[]
  readonly remove?: readonly string[]
}

/** What a test in another process may see and turn. Undefined when there is nothing under that name. */
export function control(cloud: Cloud, method: string, path: string, body: string): unknown {
  switch (`${method} ${path}`) {
    case 'GET /_/dump':
      return cloud.dump()
    case 'GET /_/log':
      return cloud.log
    case 'POST /_/switches':
      return turn(cloud, JSON.parse(body) as SwitchesBody)
    case 'POST /_/instances':
      return change(cloud, JSON.parse(body) as InstancesBody)
    default:
      return undefined
  }
}

function turn(cloud: Cloud, body: SwitchesBody): Switches {
  const { cut, deny = [], allow = [], ...switches } = body
  const unknown = Object.keys(switches).filter((key) => !(key in cloud.switches))
  if (unknown.length > 0) throw new Error(`Unknown switches: ${unknown.join(', ')}`)
  Object.assign(cloud.switches, switches)
  for (const action of deny) cloud.deny(action)
  for (const action of allow) cloud.allow(action)
  if (cut !== undefined) cloud.cutAt(cut ?? undefined)
  return cloud.switches
}

function change(cloud: Cloud, { add = [], remove = [] }: InstancesBody): object {
  for (const instance of add) cloud.addInstance(instance)
  for (const id of remove) cloud.removeInstance(id)
  return { instances: cloud.world.instances.list().map((instance) => instance.id) }
}
