import { orphansIn, type Orphan } from '../controller/orphans.ts'
import { onlyOf, removeOrphans } from '../controller/remove-orphans.ts'
import type { Look } from '../controller/look.ts'
import { systemClock } from '../lib/clock.ts'
import { titleOf } from '../plan/render-value.ts'
import { plural } from '../report/report.ts'
import { says } from './ask.ts'
import type { OrphansOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { readCluster, underLease, withLive, type Held, type Live } from './live.ts'
import { columns } from './print.ts'

/** Interfaces of load balancers linger for minutes after these are gone, and hold on to security groups. */
const limitMs = 600_000

/** What of ours no Service has any more: listed, and removed on request. */
export async function orphansCommand(options: OrphansOptions, io: Io): Promise<ExitCode> {
  const code = await withLive(options, io, async (live) => {
    const look = live.look()
    const found = chosen(await lostIn(live, look), options)
    look.stop()
    show(found, look, options, io)
    if (found.length === 0) return exit.fine
    if (!options.remove) return exit.changes
    if (!options.yes && !(await says(`Remove ${plural(found.length, 'object')}?`, '--yes', io)))
      return exit.errors
    const uids = new Set(found.map(({ owner }) => owner.uid))
    return underLease(live, io, (held) => remove(live, uids, held, io))
  })
  return code ?? exit.errors
}

/** Services of all namespaces are asked for: one that is not watched lives all the same. */
async function lostIn(live: Live, look: Look): Promise<readonly Orphan[]> {
  const services = await readCluster(live, look, undefined)
  await look.take(services, live.signal)
  await look.walk(live.signal)
  return orphansIn(look.inventory, look.owners)
}

const chosen = (found: readonly Orphan[], { names }: OrphansOptions): readonly Orphan[] =>
  names.length === 0
    ? found
    : found.filter(({ owner }) => names.includes(owner.name) || names.includes(owner.uid))

async function remove(live: Live, uids: ReadonlySet<string>, held: Held, io: Io): Promise<ExitCode> {
  const look: Look = live.look({
    ...held,
    forbids: onlyOf(uids, () => look.inventory),
    onStep: ({ step, outcome, problem }) => {
      const what = `${titleOf(step)}${step.action === 'delete' ? '' : `: ${plural(step.parts?.length ?? 0, 'part')}`}`
      if (outcome === 'done') io.err(`removed ${what}\n`)
      else if (problem !== undefined) io.err(`${what}: ${problem.code} ${problem.message}\n`)
    },
  })
  // Looked at again: only under the lease nobody else writes, and what has a Service by now is not removed.
  const lost = new Set((await lostIn(live, look)).map(({ owner }) => owner.uid))
  const going = new Set([...uids].filter((uid) => lost.has(uid)))
  const { steps, failures } = await removeOrphans(
    { look, clock: systemClock, uids: going, limitMs },
    live.signal,
  )
  look.stop()
  for (const { kind, key, hold } of steps)
    io.err(`${kind} ${key} stays: ${hold?.for ?? 'it was not removed'}\n`)
  for (const { op, code, message } of failures) io.err(`lb-controller: ${op}: ${code}: ${message}\n`)
  return steps.length + failures.length === 0 ? exit.fine : exit.errors
}

const nameOf = ({ object: { spec, id }, parts }: Orphan): string => {
  if (parts !== undefined) return plural(parts.length, 'part')
  const name = spec['Name'] ?? spec['GroupName']
  return typeof name === 'string' ? name : id
}

function show(found: readonly Orphan[], look: Look, { output }: OrphansOptions, io: Io): void {
  const rows = found
    .map((orphan) => ({ ...orphan, users: look.inventory.referrers(orphan.object.id) }))
    .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
  if (output === 'json') {
    const told = rows.map(({ owner, object, parts, users }) => ({
      kind: object.kind,
      id: object.id,
      name: object.spec['Name'] ?? object.spec['GroupName'] ?? null,
      service: owner.name,
      uid: owner.uid,
      seen: new Date(object.asOf).toISOString(),
      usedBy: users.map(({ kind, id }) => ({ kind, id })),
      ...(parts === undefined ? {} : { parts }),
    }))
    io.out(`${JSON.stringify(told, null, 2)}\n`)
    return
  }
  if (rows.length === 0) {
    io.out('Everything of ours in the cloud has its Service.\n')
    return
  }
  const head = ['SERVICE', 'UID', 'KIND', 'NAME', 'USED BY', 'ID']
  const lines = rows.map((row) => [
    row.owner.name,
    row.owner.uid,
    row.object.kind,
    nameOf(row),
    row.users.map(({ kind, key }) => `${kind} ${key}`).join(', ') || '-',
    row.object.id,
  ])
  io.out(`${columns([head, ...lines])}\n`)
}

const rank = ({ owner, object }: Orphan): string => `${owner.name} ${owner.uid} ${object.kind} ${object.id}`
