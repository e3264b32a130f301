import { asIf } from '../controller/as-if.ts'
import { adopt, type Failed } from '../controller/adopt.ts'
import { planAdoption, type AdoptPlan } from '../controller/adopt-plan.ts'
import { isNotFound } from '../kube/errors.ts'
import { listAll } from '../kube/list-all.ts'
import { systemClock } from '../lib/clock.ts'
import { ownerOf } from '../model/from-service.ts'
import type { KubeObject, ServiceObject } from '../model/objects.ts'
import type { Observed } from '../plan/resource.ts'
import type { Adoption } from '../provider/adoption.ts'
import { adoptJson, adoptText, type Leftover } from './adopt-text.ts'
import { says } from './ask.ts'
import { paintFor } from './colour.ts'
import type { AdoptOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { readCluster, underLease, withLive, type Held, type Live } from './live.ts'

/** Takes over what another controller built: shows it, asks, and writes the marks. */
export async function adoptCommand(options: AdoptOptions, io: Io): Promise<ExitCode> {
  const code = await withLive(options, io, async (live) => {
    const { adoption } = live.provider
    if (adoption === undefined) {
      io.err(`lb-controller: on ${live.provider.name} nothing of other controllers can be taken over\n`)
      return exit.errors
    }
    const plan = await planned(live, adoption, options)
    const services = plan.ready.map(({ service }) => service)
    const leftovers = await leftoversOf(live, adoption, services)
    show(plan, adoption, leftovers, options, io)
    const missing = unknownNames(plan, options)
    for (const name of missing) io.err(`lb-controller: ${name}: no such Service, or it is ours already\n`)
    const clean = !plan.blocked.some(({ isTraced }) => isTraced)
    const fine = clean && missing.length === 0 ? exit.fine : exit.errors
    if (plan.ready.length === 0) return fine
    if (options.dryRun) return fine === exit.fine && options.detailedExitcode ? exit.changes : fine
    if (!options.yes && !(await says('Take these over?', '--yes, or --dry-run', io))) return exit.errors
    const failed = await underLease(live, io, (held) =>
      carryOut(live, adoption, { ...options, names: namesOf(plan) }, held, io),
    )
    if (failed === undefined) return exit.errors
    for (const { adoptee, error } of failed)
      io.err(
        `lb-controller: ${adoptee.owner.name}: ${error instanceof Error ? error.message : String(error)}\n`,
      )
    return failed.length > 0 ? exit.errors : fine
  })
  return code ?? exit.errors
}

async function planned(live: Live, adoption: Adoption, { from, names }: AdoptOptions): Promise<AdoptPlan> {
  const { config, provider, cluster, signal } = live
  const { services, nodes } = await readCluster(live, config.watchNamespace)
  const parts = {
    see: (shown: readonly ServiceObject[], ours: readonly Observed[]) =>
      live.see({ services: shown, nodes }, { trusting: true, provider: asIf(provider, ours) }),
    provider,
    adoption,
    cluster,
    from: from === undefined ? Object.keys(adoption.peers) : [from],
    ...(config.loadBalancerClass === undefined ? {} : { loadBalancerClass: config.loadBalancerClass }),
  }
  const isAsked = (service: ServiceObject): boolean =>
    names.length === 0 || names.includes(ownerOf(service).name)
  return planAdoption(parts, services, isAsked, signal)
}

/** What was shown is looked at again under the lease: only now nobody else writes. */
async function carryOut(
  live: Live,
  adoption: Adoption,
  options: AdoptOptions,
  held: Held,
  io: Io,
): Promise<readonly Failed[]> {
  const plan = await planned(live, adoption, options)
  const onAdopted = (adoptee: AdoptPlan['ready'][number]): void =>
    io.err(`${adoptee.owner.name} is ours, from ${adoption.peers[adoptee.peer ?? '']?.title ?? ''}\n`)
  const { client, provider, signal } = live
  const hands = {
    clock: systemClock,
    api: client,
    ...held,
    provider,
    adoption,
    onAdopted,
  }
  return adopt(hands, plan, signal)
}

/** Objects that the peers keep in the cluster for what is taken over. A cluster without that type has none. */
async function leftoversOf(
  { client, signal }: Live,
  { peers }: Adoption,
  services: readonly ServiceObject[],
): Promise<readonly Leftover[]> {
  const names = new Set(services.map((service) => ownerOf(service).name))
  const found: Leftover[] = []
  for (const { leftover } of Object.values(peers)) {
    if (leftover === undefined) continue
    const { labels, ...type } = leftover
    try {
      for (const { metadata } of await listAll<KubeObject>(client, { ...type, namespaced: true }, signal)) {
        const service = `${metadata.labels?.[labels.namespace]}/${metadata.labels?.[labels.name]}`
        if (!names.has(service)) continue
        const { namespace = '', name } = metadata
        found.push({ type: `${type.plural}.${type.group}`, namespace, name, service })
      }
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return found
}

function show(
  plan: AdoptPlan,
  adoption: Adoption,
  leftovers: readonly Leftover[],
  options: AdoptOptions,
  io: Io,
): void {
  const asked = options.names.length > 0
  if (options.output === 'json') io.out(`${JSON.stringify(adoptJson(plan, leftovers), null, 2)}\n`)
  else io.out(adoptText({ plan, adoption, leftovers, asked }, paintFor(io, 'out', options.colour)))
}

const namesOf = ({ ready }: AdoptPlan): readonly string[] => ready.map(({ owner }) => owner.name)

const unknownNames = ({ ready, blocked }: AdoptPlan, { names }: AdoptOptions): readonly string[] =>
  names.filter((name) => ![...ready, ...blocked].some(({ owner }) => owner.name === name))
