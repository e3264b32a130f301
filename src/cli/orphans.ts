import type { Orphan } from '../controller/orphans.ts'
import type { Preview } from '../controller/preview.ts'
import { leavingOf, onlyOf } from '../controller/remove-orphans.ts'
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
    const { lost, usersOf } = await lostIn(live)
    const found = chosen(lost, options)
    if (found.length === 0 && lost.length > 0)
      io.err(
        `lb-controller: ${plural(lost.length, 'object')} of other Services without one: "orphans" without a name lists them\n`,
      )
    show(found, usersOf, options, io)
    if (found.length === 0) return exit.fine
    if (!options.remove) return exit.changes
    if (!options.yes && !(await says(`Remove ${plural(found.length, 'object')}?`, '--yes', io)))
      return exit.errors
    const uids = new Set(found.map(({ owner }) => owner.uid))
    return underLease(live, io, (held) => remove(live, uids, held, io))
  })
  return code ?? exit.errors
}

/** Services of all namespaces are asked for, and again at last: what was made meanwhile has one of those. */
async function lostIn(live: Live): Promise<Pick<Preview, 'lost' | 'usersOf'>> {
  const { lost, usersOf } = await live.see(await readCluster(live), { trusting: true })
  const { services } = await readCluster(live)
  const there = new Set(services.map(({ metadata }) => metadata.uid))
  return { lost: lost.filter(({ owner }) => !there.has(owner.uid)), usersOf }
}

const chosen = (found: readonly Orphan[], { names }: OrphansOptions): readonly Orphan[] =>
  names.length === 0
    ? found
    : found.filter(({ owner }) => names.includes(owner.name) || names.includes(owner.uid))

async function remove(live: Live, uids: ReadonlySet<string>, held: Held, io: Io): Promise<ExitCode> {
  // Looked at again: only under the lease nobody else writes, and what has a Service by now is not removed.
  const { lost } = await lostIn(live)
  const going = new Set(lost.map(({ owner }) => owner.uid).filter((uid) => uids.has(uid)))
  const end = systemClock.now() + limitMs
  const { steps, failures } = await live.see(await readCluster(live), {
    trusting: true,
    hands: {
      ...held,
      forbids: onlyOf(going),
      onStep: ({ step, outcome, problem }) => {
        const what = `${titleOf(step)}${step.action === 'delete' ? '' : `: ${plural(step.parts?.length ?? 0, 'part')}`}`
        if (outcome === 'done') io.err(`removed ${what}\n`)
        else if (problem !== undefined) io.err(`${what}: ${problem.code} ${problem.message}\n`)
      },
      isOver: (seen) =>
        systemClock.now() >= end || (leavingOf(seen.steps, going).length === 0 && seen.failures.length === 0),
    },
  })
  const left = leavingOf(steps, going)
  for (const { kind, key, hold } of left)
    io.err(`${kind} ${key} stays: ${hold?.for ?? 'it was not removed'}\n`)
  for (const { op, code, message } of failures) io.err(`lb-controller: ${op}: ${code}: ${message}\n`)
  return left.length + failures.length === 0 ? exit.fine : exit.errors
}

const nameOf = ({ object: { spec, id }, parts }: Orphan): string => {
  if (parts !== undefined) return plural(parts.length, 'part')
  const name = spec['Name'] ?? spec['GroupName']
  return typeof name === 'string' ? name : id
}

function show(
  found: readonly Orphan[],
  usersOf: Preview['usersOf'],
  { output, names }: OrphansOptions,
  io: Io,
): void {
  const rows = found
    .map((orphan) => ({ ...orphan, users: usersOf(orphan.object.id) }))
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
    io.out(
      names.length === 0
        ? 'Everything of ours in the cloud has its Service.\n'
        : `Nothing of ours without a Service is left of ${names.join(', ')}.\n`,
    )
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
