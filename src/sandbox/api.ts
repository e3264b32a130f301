import { randomBytes } from 'node:crypto'
import { startServer, type ApiServer } from '../../localstack/kubernetes/server.ts'
import { ClusterState } from '../../localstack/kubernetes/state.ts'
import type { PodRuntime } from '../../localstack/kubernetes/pod-runtime.ts'
import { selfSigned } from './certificate.ts'
import type { Access } from './kubeconfig.ts'
import { layoutOf, type Layout } from './layout.ts'
import { probeLoopback } from './net/system.ts'
import { Translation, type Place } from './net/translation.ts'
import { SandboxRefused } from './problem.ts'
import { apiPort } from './seed.ts'

export interface SandboxApi<Pods> {
  readonly layout: Layout
  readonly state: ClusterState
  readonly server: ApiServer
  /** What a client needs to be let in. */
  readonly access: Access
  readonly pods: Pods
  /** Where the API server really is. */
  readonly at: Place
  readonly translation: Translation
}

export interface ApiWish<Pods> {
  /** Absent: the first that is free. */
  readonly base: number | undefined
  readonly nodes: number
  /** What runs the pods, for a cluster that there is by then. */
  readonly pods: (state: ClusterState, layout: Layout, translation: Translation) => Pods
}

const firstBase = 20
const lastBase = 250

/**
 * The API server, at its own address of the base. That it listens there is what makes the base this sandbox's: whoever
 * comes second goes on to the next.
 */
export async function openApi<Pods extends { readonly runtime: PodRuntime }>(
  wish: ApiWish<Pods>,
): Promise<SandboxApi<Pods>> {
  for (let base = wish.base ?? firstBase; base <= lastBase || wish.base !== undefined; base++) {
    const layout = layoutOf(base, wish.nodes)
    const state = new ClusterState({
      serviceCidrs: [layout.serviceRange],
      loopbackEndpoints: true,
      clearStatusOnTypeChange: true,
    })
    const facts = await probeLoopback(base)
    const translation = new Translation(facts, layout)
    // Where all share an address, each base has a port of its own.
    const port = facts.addresses === 'all' ? apiPort : apiPort + base - firstBase
    const at = translation.at('TCP', { address: layout.host, port })
    const tls = selfSigned([...namesOf(layout), at.address], state.clock.now())
    // Whoever may ask this server may run programs as this user, and others may have an account on this machine.
    const token = randomBytes(24).toString('base64url')
    const pods = wish.pods(state, layout, translation)
    try {
      const server = await startServer({
        state,
        host: at.address,
        port: at.port,
        tls,
        token,
        pods: pods.runtime,
      })
      return {
        at,
        translation,
        layout,
        state,
        server,
        pods,
        access: { server: server.url, certificate: tls.certificate, token },
      }
    } catch (error) {
      if (!isTaken(error)) throw error
      if (wish.base !== undefined)
        throw new SandboxRefused(
          `${at.address}:${at.port} is in use, so the base ${base} is not free`,
          'name another one with --base, or none: then the first free one is taken',
        )
    }
  }
  throw new SandboxRefused(
    `port ${apiPort} is in use at all of 127.${firstBase}.0.1 to 127.${lastBase}.0.1`,
    'end a sandbox: lb-controller sandbox stop --name NAME',
  )
}

const namesOf = ({ host, apiAddress }: Layout): readonly string[] => [
  host,
  apiAddress,
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
]

const isTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
