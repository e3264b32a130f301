import type { Observed, Parts, Resource } from '../../src/plan/resource.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { nodeTargets } from './targets.ts'

/** A Service whose input nobody can read keeps what it has, as it is; only its targets go with the nodes. */
export const followNodes = (observed: readonly Observed[], { nodes }: Context): readonly Resource[] =>
  observed.map((object) => {
    const { stack, kind, key, spec, owners } = object
    const parts = kind === 'listener' ? targetsOf(object.parts, nodes) : object.parts
    return { stack, kind, key, spec, owners, ...(parts === undefined ? {} : { parts }) }
  })

/** The NodePort is that of the targets that are there. */
function targetsOf(parts: Parts | undefined, nodes: Context['nodes']): Parts | undefined {
  const [first] = Object.values(parts ?? {})
  const port = first?.spec['port']
  return typeof port === 'number' ? nodeTargets(nodes, port) : parts
}
