import type { ServiceObject } from '../model/objects.ts'
import { compare, type ComparedCloud, type Comparison, type Trial } from '../report/compare.ts'
import { nothing } from '../report/differences.ts'
import type { Planner } from './planner.ts'
import type { Progress } from './progress.ts'
import type { Manifests } from './read-manifests.ts'

/** Each Service by itself on each cloud. One that asks for no load balancer anywhere has a sentence instead of rows. */
export function compareAll(
  planners: readonly Planner[],
  services: Manifests['services'],
  progress: Progress,
): Comparison {
  const clouds = planners.map(cloudOf)
  return {
    clouds: clouds.map(({ name }) => name),
    services: services.map(({ object }, at) => {
      progress.at(at, services.length, 'the comparison')
      const [owner, none] = [
        planners[0]?.one(object).owner.name ?? object.metadata.name,
        noneOf(object, clouds),
      ]
      return none === undefined
        ? { service: owner, rows: compare(object, clouds) }
        : { service: owner, none, rows: [] }
    }),
  }
}

const cloudOf = (planner: Planner): ComparedCloud => ({
  name: planner.blueprint.name,
  table: planner.blueprint.annotations,
  plan: (service) => trialOf(planner, service),
})

function trialOf(planner: Planner, service: ServiceObject): Trial {
  const { outcome, note, problems, contribution } = planner.one(service)
  const picture =
    contribution === undefined
      ? nothing
      : { steps: planner.all([contribution]).steps, resources: contribution.resources }
  return { outcome, problems, picture, ...(note === undefined ? {} : { note }) }
}

function noneOf(service: ServiceObject, clouds: readonly ComparedCloud[]): string | undefined {
  if (service.spec?.loadBalancerClass !== undefined && service.spec.type === 'LoadBalancer') return undefined
  const trials = clouds.map(({ plan }) => plan(service))
  return trials.length > 0 && trials.every(({ outcome }) => outcome === 'none') ? trials[0]?.note : undefined
}
