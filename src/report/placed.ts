import { placeOf, type PlacedProblem } from '../plan/place.ts'
import type { Step } from '../plan/plan.ts'
import { refKey } from '../plan/resource.ts'
import { sourceOf, type ServiceReport } from './report.ts'

/** The problems of a Service, each with its source and the line of the plan that it stands under. */
export const placed = ({ problems, resources }: ServiceReport): readonly PlacedProblem[] =>
  problems.map((located) => {
    const place = placeOf(located.problem.path, resources)
    const source = sourceOf(located)
    return {
      problem: located.problem,
      ...(source === '' ? {} : { source }),
      ...(place === undefined ? {} : { place }),
    }
  })

/** Those that stand under an object which the plan shows. */
export function byObject(
  problems: readonly PlacedProblem[],
  steps: readonly Step[],
): ReadonlyMap<string, readonly PlacedProblem[]> {
  const shown = new Set(steps.map(refKey))
  return Map.groupBy(
    problems.filter(({ place }) => place !== undefined && shown.has(place.object)),
    ({ place }) => place?.object ?? '',
  )
}
