import type { Located } from '../config/located.ts'
import { isObject, type Json } from '../lib/json.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import { error, hasError, type Problem } from '../model/problem.ts'
import type { Observed } from '../plan/resource.ts'
import type { Blueprint, Cluster, GivenFacts } from '../provider/blueprint.ts'
import { checked, type FactsFile } from './facts-file.ts'

/** What a facts file says of one cloud. Empty, with the reasons told, where it cannot be read. */
export interface Known {
  readonly given: GivenFacts
  /** From `existing`: the cloud's own descriptions of objects, by kind. */
  readonly observed: readonly Observed[]
  readonly problems: readonly Located[]
}

export async function knownOf(
  blueprint: Blueprint,
  file: FactsFile | undefined,
  cluster: Cluster,
): Promise<Known> {
  const section = file?.sections[blueprint.name]
  if (file === undefined || section === undefined) return { given: {}, observed: [], problems: [] }
  const { existing, ...rest } = section
  const at = blueprint.name
  const faults = [...checked(await blueprint.facts.schema(), rest, at).problems]
  if (!hasError(faults))
    faults.push(
      ...(blueprint.facts.contradictions?.(rest) ?? []).map((one) => ({ ...one, path: `${at}.${one.path}` })),
    )
  const seen = observedIn(blueprint, existing, cluster)
  const problems = [...faults, ...seen.problems]
  const usable = !hasError(problems)
  return {
    given: usable ? rest : {},
    observed: usable ? (blueprint.related?.(seen.observed) ?? seen.observed) : [],
    problems: problems.map(file.locate),
  }
}

function observedIn(
  { name, kinds }: Blueprint,
  existing: Json | undefined,
  cluster: Cluster,
): { readonly observed: readonly Observed[]; readonly problems: readonly Problem[] } {
  if (existing === undefined) return { observed: [], problems: [] }
  const able = Object.values(kinds).filter((kind) => kind.observe !== undefined)
  const accepted = able.map((kind) => kind.name).join(', ')
  const at = `${name}.existing`
  if (!isObject(existing))
    return { observed: [], problems: [error('LB_FACTS', at, 'existing has to be a map', { accepted })] }
  const observed: Observed[] = []
  const problems: Problem[] = []
  for (const [kindName, bodies] of Object.entries(existing)) {
    const kind = able.find((one) => one.name === kindName)
    const path = `${at}[${JSON.stringify(kindName)}]`
    if (kind === undefined) problems.push(unknownKind(kindName, path, accepted))
    else if (!Array.isArray(bodies))
      problems.push(
        error('LB_FACTS', path, `${kindName} has to be a list`, { accepted: 'a list of objects' }),
      )
    else
      for (const [index, body] of (bodies as readonly Json[]).entries()) {
        const seen = isObject(body) ? kind.observe?.(body, cluster) : undefined
        if (seen !== undefined) observed.push(...seen)
        else
          problems.push(
            error('LB_FACTS', `${path}[${index}]`, `this does not read as a ${kindName} of ${name}`, {
              accepted: 'the object as the cloud itself describes it',
            }),
          )
      }
  }
  return { observed, problems }
}

function unknownKind(kind: string, path: string, accepted: string): Problem {
  const near = nearestWord(kind, accepted.split(', '))
  const hint = near === undefined ? {} : { hint: `did you mean ${near}?` }
  return error('LB_FACTS', path, `there is no kind of object ${kind} here`, { accepted, ...hint })
}
