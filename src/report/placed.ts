import { placeOf, type PlacedProblem } from '../plan/place.ts'
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
