import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Action, Actions } from '../action.ts'
import { invalid } from '../fault.ts'
import { checkTags } from '../elbv2/checks.ts'
import type { ClassicLoadBalancer } from '../state/classic.ts'
import { showTags, withoutTags } from '../state/tags.ts'
import type { World } from '../state/world.ts'
import { balancerNamed, put } from './find.ts'

function onlyOne(world: World, names: readonly string[] = []): ClassicLoadBalancer {
  if (names.length !== 1) throw invalid('Exactly one load balancer must be specified')
  return balancerNamed(world, names[0])
}

const addTags: Action<AddTagsInput, object> = (world, input) => {
  const balancer = onlyOne(world, input.LoadBalancerNames)
  if ((input.Tags ?? []).length === 0) throw invalid('At least one tag must be specified')
  put(world, balancer, { tags: checkTags(world, balancer.tags, input.Tags) })
  return {}
}

const removeTags: Action<RemoveTagsInput, object> = (world, input) => {
  const balancer = onlyOne(world, input.LoadBalancerNames)
  const keys = new Set((input.Tags ?? []).map((tag) => tag.Key ?? ''))
  put(world, balancer, { tags: withoutTags(balancer.tags, (key) => keys.has(key)) })
  return {}
}

const describeTags: Action<DescribeTagsInput, DescribeTagsOutput> = (world, input) => {
  const names = input.LoadBalancerNames ?? []
  if (names.length === 0 || names.length > 20)
    throw invalid('Between 1 and 20 load balancers must be specified')
  return {
    TagDescriptions: names.map((name) => ({
      LoadBalancerName: name,
      Tags: showTags(balancerNamed(world, name).tags),
    })),
  }
}

export const tagActions: Actions = { AddTags: addTags, RemoveTags: removeTags, DescribeTags: describeTags }
