import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { runControllers } from '../../localstack/kubernetes/controllers/run.ts'
import type { ClusterState } from '../../localstack/kubernetes/state.ts'
import { loadConfig } from '../config/load.ts'
import { readPlainYaml } from '../config/plain-yaml.ts'
import type { Config } from '../config/schema.ts'
import { connect } from '../kube/client.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { PageServer } from '../page/server.ts'
import { openApi } from './api.ts'
import { askView } from './balancer-view.ts'
import { Chaos } from './chaos/chaos.ts'
import type { MischiefWish } from './chaos/mischief.ts'
import { claim, isOrphaned, tidy } from './claim.ts'
import type { SandboxCloud } from './cloud.ts'
import { cloudNodes, openCloud } from './clouds.ts'
import { serveControl } from './control.ts'
import { SandboxController } from './controller.ts'
import { openDns } from './dns/dns.ts'
import type { SandboxFacts, SandboxState } from './facts.ts'
import type { Folder } from './folder.ts'
import { kubeconfigText } from './kubeconfig.ts'
import { loopbackAdvice } from './net/system.ts'
import type { Moved, Translation } from './net/translation.ts'
import { Networks } from './networks.ts'
import { SandboxPage } from './page.ts'
import { Parts, type Part } from './part.ts'
import { installTools } from './pods/tools/install.ts'
import type { MountMeans } from './pods/mounts/means.ts'
import { probeMounts } from './pods/mounts/probe.ts'
import { keyOf, trafficPath, type BalancerView } from './path.ts'
import { localPods } from './pods/local-pods.ts'
import { SandboxRefused } from './problem.ts'
import { seed } from './seed.ts'
import { waitUntilServing, type Awaited, type Serving, type WaitOptions } from './serving.ts'
import { stateOf } from './state.ts'

/** So long the controller may take to know everything before the sandbox is called ready all the same. */
const settleMs = 5_000

export interface SandboxWish {
  readonly name: string
  readonly folder: Folder
  readonly provider: 'local' | 'aws'
  readonly nodes: number
  /** Absent: the first that is free. */
  readonly base: number | undefined
  /** Absent: no page. */
  readonly pagePort: number | undefined
  /** The file that Node was started with: the balancer is started with it too. */
  readonly program: string
  readonly log: Log
  /** What a person types to end it. */
  readonly endsBy: string
  /** Somebody asked for the end. */
  readonly onStop: () => void
}

export interface Sandbox extends Part {
  readonly facts: SandboxFacts
  state(): Promise<SandboxState>
  /** Waits until objects that were applied do their work. Answers those that do not, and why. */
  waitUntilServing(
    awaited: readonly Awaited[],
    options: WaitOptions,
    signal: AbortSignal,
  ): Promise<readonly Serving[]>
}

/** Starts all of it. Rejects with `SandboxRefused` for what the person can mend; then nothing is left running. */
export async function openSandbox(wish: SandboxWish): Promise<Sandbox> {
  const { folder, log } = wish
  const since = systemClock.now()
  if (isOrphaned(folder)) tidy(folder)
  const holder = claim(folder, since)
  if (holder !== undefined)
    throw new SandboxRefused(
      `a sandbox runs in ${folder.path} already: process ${holder.pid}, since ${new Date(holder.since).toISOString()}`,
      `end it with ${wish.endsBy}, or start another one beside it: --name OTHER`,
    )
  const parts = new Parts()
  parts.add({ close: async () => tidy(folder) })
  try {
    return await start(wish, parts, since)
  } catch (error) {
    log.error('the sandbox did not start', { error })
    await parts.close()
    throw error
  }
}

async function start(wish: SandboxWish, parts: Parts, since: number): Promise<Sandbox> {
  const { folder, log } = wish
  /** Where names are asked, once the DNS server has found its place. */
  let nameserver = ''
  let means: MountMeans | undefined
  const probed = probeMounts(folder.pods)
  const { at, translation, layout, state, server, access, pods } = await openApi({
    ...wish,
    pods: (state, _layout, translation) =>
      localPods(state, {
        folder: folder.pods,
        resolver: () => ({ nameserver, domain: 'cluster.local' }),
        means: () => means,
        tools: [folder.tools],
        // The tools are this program: its folder is one above that of the file.
        kept: [dirname(process.execPath), dirname(dirname(wish.program))],
        place: (address, port) => translation.at('TCP', { address, port }),
      }),
  })
  parts.add(server)
  installTools(folder.tools, { node: process.execPath, program: wish.program })
  writeFileSync(folder.kubeconfig, kubeconfigText(wish.name, access), { mode: 0o600 })
  seed(state, layout, at, cloudNodes[wish.provider])

  const cluster = parts.add(ending())
  const client = parts.add(
    await connect({ clock: systemClock, kubeconfig: folder.kubeconfig, readYaml: readPlainYaml }),
  )
  const networks = parts.add(
    await Networks.open(state, { api: client, layout, translation, log: log.child({ part: 'network' }) }),
  )
  const cloud = await openCloud(
    wish.provider,
    { folder, layout, translation, program: wish.program, log },
    clusterName(wish),
  )
  const { names } = cloud
  const view = () => askView(folder.balancerSocket, names)
  const dns = parts.add(
    await openDns({
      api: client,
      log: log.child({ part: 'dns' }),
      places: [
        translation.at('UDP', { address: layout.dnsAddress, port: 53 }),
        translation.at('UDP', { address: layout.host, port: 5353 }),
      ],
      ...(names === undefined
        ? {}
        : { outside: (name: string) => names.of(name), refresh: () => names.refresh() }),
    }),
  )
  nameserver = dns.port === 53 ? dns.address : `${dns.address}:${dns.port}`
  const mounting = await probed
  if (typeof mounting !== 'string') means = mounting
  runControllers(state, cluster.signal, { runner: () => pods.runner })
  await dns.ready

  const page = new SandboxPage({
    about: { sandbox: wish.name, provider: wish.provider, 'API server': server.url },
    state,
    signal: cluster.signal,
    pathOf: async (service) => trafficPath(state, service, await view()),
  })
  const balancer = parts.add(cloud.process)
  await balancer.start()

  const controller = parts.add(
    new SandboxController({
      kubeconfig: folder.kubeconfig,
      config: configOf(wish, cloud),
      log: log.child({ part: 'controller' }),
      overhear: page.overhear,
      onStep: page.stepped,
      onStart: (manager) => page.show(manager),
      provider: (clusterUid, client) => cloud.provider(configOf(wish, cloud), clusterUid, client),
    }),
  )
  await controller.start()
  await controller.settled(settleMs)
  const chaos = parts.add(
    new Chaos({ clock: systemClock, state, pods: pods.runner, networks, api: server, controller, balancer }),
  )
  page.broken = () => chaos.broken
  const pageServer =
    wish.pagePort === undefined ? undefined : parts.add(await servePageAt(page, at.address, wish.pagePort))

  const facts: SandboxFacts = {
    name: wish.name,
    pid: process.pid,
    since,
    provider: wish.provider,
    layout,
    server: server.url,
    kubeconfig: folder.kubeconfig,
    log: folder.log,
    folder: folder.path,
    advice: loopbackAdvice(translation.facts, layout.base),
    firstAddress: translation.at('TCP', { address: firstOf(layout.pool), port: 80 }),
    dns: `${dns.address}:${dns.port}`,
    volumes: typeof mounting === 'string' ? { mapped: mounting } : 'mounted',
    ...(pageServer === undefined ? {} : { page: pageServer.url }),
  }
  const lacks = (): readonly string[] => {
    const { manager } = controller
    const own =
      manager === undefined
        ? ['the controller does not reach the API server']
        : Object.values(manager.checks())
    return [balancer.lack, ...own].filter((lack) => lack !== undefined)
  }
  const now = async () => {
    const { places } = await view()
    return stateOf(
      { ...facts, moved: movedOf(translation, state, places) },
      state,
      { lacks: lacks(), broken: chaos.broken },
      (host, port) => places.get(keyOf(host, port)),
    )
  }
  // Else only the balancer knows where an address is. A name that is not known yet leads nowhere.
  const isPlain = translation.isPlain && names === undefined
  const reach = async (address: string, port: number) =>
    (await view()).places.get(keyOf(address, port)) ?? { address: layout.host, port: 0 }
  parts.add(
    await serveControl(folder.control, {
      'GET /status': now,
      'POST /stop': () => wish.onStop(),
      'GET /chaos': () => chaos.broken,
      'POST /chaos': (asked) => chaos.carryOut(asked as MischiefWish),
      'POST /chaos/mend': () => chaos.mendAll(),
    }),
  )
  return {
    facts,
    state: now,
    waitUntilServing: (awaited, options, signal) =>
      waitUntilServing(
        state,
        awaited,
        {
          ...(isPlain ? {} : { reach }),
          ...options,
        },
        signal,
      ),
    close: () => parts.close(),
  }
}

/** The lowest address that a range gives out: its second. */
const firstOf = (range: string): string => range.replace(/\.\d+\/.*$/, '.1')

/** What load balancers have, the balancer knows: it may have met strangers at ports that were thought free. */
function movedOf(
  translation: Translation,
  state: ClusterState,
  places: BalancerView['places'],
): readonly string[] {
  const ofBalancer = state.list('services').items.flatMap(({ spec, status }) =>
    (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) =>
      (spec?.ports ?? []).flatMap(({ port, protocol = 'TCP' }): readonly Moved[] => {
        const to = ip === undefined ? undefined : places.get(keyOf(ip, port, protocol))
        if (ip === undefined || to === undefined || (to.address === ip && to.port === port)) return []
        return [{ protocol: protocol === 'UDP' ? 'UDP' : 'TCP', from: { address: ip, port }, to }]
      }),
    ),
  )
  const known = new Set(ofBalancer.map(({ protocol, from }) => keyOf(from.address, from.port, protocol)))
  return [
    ...translation
      .moved()
      .filter(({ protocol, from }) => !known.has(keyOf(from.address, from.port, protocol))),
    ...ofBalancer,
  ].map(
    ({ protocol, from, to }) => `${from.address}:${from.port} (${protocol}) is at ${to.address}:${to.port}`,
  )
}

async function servePageAt(page: SandboxPage, host: string, port: number): Promise<PageServer> {
  try {
    return await page.serve(host, port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    throw new SandboxRefused(
      `the page cannot be served at ${host}:${port}: ${code === 'EACCES' ? 'the system refuses this port' : 'another program has it'}`,
      'choose another port with --page-port; 0 takes any free one, off serves none',
    )
  }
}

const clusterName = ({ name }: SandboxWish): string => `sandbox-${name}`

/** As `lb-controller run` would have it from flags. */
function configOf(wish: SandboxWish, { settings }: SandboxCloud): Config {
  const flags = {
    provider: wish.provider,
    clusterName: clusterName(wish),
    leaseIdentity: 'sandbox',
    grace: '30s',
    // A port that another program gave back shows in a list only.
    listInterval: '15s',
    ...settings,
  }
  const { config, problems } = loadConfig({ env: {}, flags })
  if (config === undefined) throw new Error(problems.map(({ problem }) => problem.message).join('; '))
  return config
}

/** A signal that ends with the sandbox. */
function ending(): Part & { readonly signal: AbortSignal } {
  const over = new AbortController()
  return { signal: over.signal, close: async () => over.abort() }
}
