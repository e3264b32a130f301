import type { Located } from '../config/located.ts'
import { localSpread } from '../model/local-spread.ts'
import { withoutLost, type Claimed } from '../plan/lost-ports.ts'
import { liveProviders } from '../provider/names.ts'
import type { CloudReport, ServiceReport } from '../report/report.ts'
import type { Manifests } from './read-manifests.ts'
import { noteOf, type Planner } from './planner.ts'
import type { Progress } from './progress.ts'

/** All Services of a run on one cloud. What each contributed is kept where a picture is drawn of it, or a problem placed in it. */
export function planServices(
  planner: Planner,
  services: Manifests['services'],
  progress: Progress,
  pictures: boolean,
): CloudReport {
  const { blueprint } = planner
  const claims: Claimed[] = []
  const reports: ServiceReport[] = []
  const problems: Located[][] = []
  const local: number[] = []
  for (const [at, { object, locate }] of services.entries()) {
    progress.at(at, services.length, blueprint.name)
    const { contribution, local: isLocal, ...planned } = planner.one(object)
    const located = planned.problems.map(locate)
    problems.push(located)
    if (isLocal) local.push(at)
    if (contribution !== undefined)
      claims.push({ contribution, without: (ports) => planner.without(object, ports) })
    reports.push({ ...planned, problems: located, resources: contribution?.resources ?? [] })
  }
  const [first] = local
  if (first !== undefined) {
    const located = services[first]?.locate(localSpread(local.length))
    if (located !== undefined) problems[first]?.push(located)
  }
  const { plan: settled, left } = withoutLost(claims, (contributions) => planner.all(contributions))
  const { conflicts, ...plan } = settled
  const byOwner = new Map(reports.map(({ owner }, at) => [owner.uid, at]))
  for (const { loser, problem } of conflicts) {
    const at = byOwner.get(loser.uid) ?? -1
    const located = services[at]?.locate(problem)
    const report = reports[at]
    if (located === undefined || report === undefined) continue
    const all = problems[at] ?? []
    all.push(located)
    const { resources = report.resources } = left.get(loser.uid) ?? {}
    reports[at] = { ...report, resources, ...noteOf(all.map((one) => one.problem)) }
  }
  return {
    provider: blueprint.name,
    live: liveProviders.includes(blueprint.name),
    ...(planner.nodes === undefined ? {} : { nodes: planner.nodes.length }),
    services: reports.map((report, at) =>
      pictures || problems[at]?.length !== 0 ? report : { ...report, resources: [] },
    ),
    // Each conflict is told with its Service, at its line.
    plan: { ...plan, problems: [] },
    problems: planner.problems,
  }
}
