import type { ServiceObject } from '../../src/model/objects.ts'
import type { World } from '../support/plan-service.ts'
import type { CloudKeys } from '../keys/key-case.ts'
import { judge, type Verdict } from './laws.ts'
import { createRandom } from './random.ts'
import { reduced } from './reduce.ts'
import { drawService } from './service.ts'
import { candidatesOf } from './values.ts'
import { worldsOf } from './world.ts'

export interface Tally {
  readonly planned: number
  readonly services: number
  /** The smallest Services found that break a law, one for each way to break it. */
  readonly broken: readonly string[]
}

/** Services of one cloud, one per number from `seed` on, each judged by all laws. */
export function fuzz(cloud: CloudKeys, services: number, seed: number): Tally {
  const { blueprint } = cloud
  const source = { table: blueprint.annotations, candidates: candidatesOf(cloud), classes: blueprint.classes }
  const worlds = worldsOf(cloud)
  const broken = new Map<string, string>()
  let planned = 0
  for (let at = 0; at < services; at++) {
    const random = createRandom(seed + at)
    const world = random.pick(worlds) ?? {}
    const service = drawService(source, random, at)
    const run = (one: ServiceObject, where: World) => verdictOn(cloud, one, where, seed + at)
    const verdict = run(service, world)
    if (verdict.planned) planned++
    if (verdict.broken === undefined) continue
    const kind = signature(verdict.broken)
    if (broken.has(kind)) continue
    const small = reduced({ service, world }, ({ service: one, world: where }) => {
      const again = run(one, where).broken
      return again !== undefined && signature(again) === kind
    })
    const said = run(small.service, small.world).broken ?? verdict.broken
    broken.set(kind, `seed ${seed + at}: ${said}\n${JSON.stringify(small, null, 1)}`)
    if (broken.size >= 25) break
  }
  return { planned, services, broken: [...broken.values()] }
}

function verdictOn({ blueprint }: CloudKeys, service: ServiceObject, world: World, seed: number): Verdict {
  try {
    return judge({ blueprint, service, world, random: createRandom(seed) })
  } catch (thrown) {
    return {
      planned: false,
      broken: `crash: ${thrown instanceof Error ? thrown.stack?.split('\n').slice(0, 4).join(' | ') : String(thrown)}`,
    }
  }
}

/** Of one sort: the same sentence, but for names, numbers and values. */
const signature = (broken: string): string =>
  broken
    .slice(0, 160)
    .replaceAll(/"[^"]*"|\d+|[\da-f.:]+\/\d+/g, '#')
    .slice(0, 70)
