/** What holds for several Services on one cloud, whose parts meet in shared objects. */
import type { Contribution } from '../../src/plan/merge.ts'
import { planOffline } from '../../src/plan/offline.ts'
import type { CloudKeys } from '../keys/key-case.ts'
import { contribute, type World } from '../support/plan-service.ts'
import { applied } from './applied.ts'
import { createRandom } from './random.ts'
import { drawService } from './service.ts'
import { candidatesOf } from './values.ts'
import { worldsOf } from './world.ts'

const servicesEach = 8

/** Groups of Services planned as one: what breaks a law, if anything does. */
export function fuzzTogether(cloud: CloudKeys, groups: number, seed: number): readonly string[] {
  const { blueprint } = cloud
  const source = { table: blueprint.annotations, candidates: candidatesOf(cloud), classes: blueprint.classes }
  const worlds = worldsOf(cloud)
  const broken: string[] = []
  for (let group = 0; group < groups && broken.length < 5; group++) {
    const random = createRandom(seed + group)
    const world = random.pick(worlds) ?? {}
    const contributions = Array.from({ length: servicesEach }, (_, at) => {
      const { metadata, ...service } = drawService(source, random, at)
      const named = { ...metadata, name: `svc-${at}`, uid: `00000000-0000-4000-8000-00000000000${at}` }
      return contribute(blueprint, { ...service, metadata: named }, world).contribution ?? []
    }).flat()
    const why = judge(cloud, contributions, random.shuffled(contributions), world)
    if (why !== undefined) broken.push(`seed ${seed + group}: ${why}`.slice(0, 2_000))
  }
  return broken
}

function judge(
  { blueprint }: CloudKeys,
  contributions: readonly Contribution[],
  shuffled: readonly Contribution[],
  { observed = [] }: World,
): string | undefined {
  const plan = planOffline(blueprint, contributions, observed)
  const other = planOffline(blueprint, shuffled, observed)
  if (JSON.stringify(plan.steps) !== JSON.stringify(other.steps)) return 'planned otherwise in another order'
  if (plan.problems.length > 0) return undefined
  const again = planOffline(blueprint, contributions, [...observed, ...applied(blueprint, contributions)])
  const [step] = again.steps
  return step === undefined ? undefined : `made as planned, it still wants ${JSON.stringify(step)}`
}
