import type { Json } from '../../src/lib/json.ts'
import { type Problem, warning } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { InstancesFact } from './facts.ts'
import type { Machine } from './nodes.ts'

/** Of each machine the longest tag that its name begins with: what tools that make node pools put on them. */
export function targetTags(
  machines: readonly Machine[],
  instances: InstancesFact,
): { readonly tags: Json; readonly problems: readonly Problem[] } {
  const tags = new Set<string>()
  const without: string[] = []
  for (const { name } of machines) {
    const [longest] = (instances[name]?.tags ?? [])
      .filter((tag) => name.startsWith(tag))
      .toSorted((a, b) => b.length - a.length)
    if (longest === undefined) without.push(name)
    else tags.add(longest)
  }
  const problems =
    without.length === 0
      ? []
      : [
          warning(
            'LB_GCP_NODE_TAGS',
            'spec.type',
            `${without.slice(0, 3).join(', ')}${without.length > 3 ? ` and ${without.length - 3} more` : ''} ${without.length === 1 ? 'has' : 'have'} no network tag that the name of the machine begins with, so firewall rules do not let traffic through to ${without.length === 1 ? 'it' : 'them'}`,
            {
              accepted: 'a tag that is the beginning of the name of the machine',
              hint: 'tag these machines, or name the tags of all nodes in the setting gcp.nodeTags',
            },
          ),
        ]
  return {
    tags: tags.size > 0 ? [...tags].toSorted() : unknown('a network tag of the nodes'),
    problems,
  }
}
