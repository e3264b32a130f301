import { readAccepted } from '../controller/accepted.ts'
import { readyType } from '../controller/conditions.ts'
import type { ServiceReport } from '../controller/service-report.ts'
import { readPlainYaml } from '../config/plain-yaml.ts'
import { connect } from '../kube/client.ts'
import { KubeError } from '../kube/errors.ts'
import { events as eventType, services as serviceType, type KubeApi } from '../kube/port.ts'
import { systemClock } from '../lib/clock.ts'
import type { KubeObject, ServiceObject } from '../model/objects.ts'
import { paintFor } from './colour.ts'
import type { StatusOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { statusText, type EventLine, type StatusFacts } from './status-text.ts'

/** What one answer of the cluster or the controller may take. */
const patienceMs = 5_000

interface EventObject extends KubeObject {
  readonly type?: string
  readonly reason?: string
  readonly note?: string
  readonly eventTime?: string
  readonly deprecatedLastTimestamp?: string
  readonly regarding?: { readonly uid?: string }
}

/** Why is EXTERNAL-IP pending: from the Service's condition and events, and from the controller where it can be asked. */
export async function status(options: StatusOptions, io: Io): Promise<ExitCode> {
  const { name, namespace } = options
  let facts: StatusFacts
  try {
    const client = await connect({
      clock: systemClock,
      readYaml: readPlainYaml,
      ...(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig }),
      ...(options.context === undefined ? {} : { context: options.context }),
    })
    try {
      facts = await gather(client, options)
    } finally {
      await client.close()
    }
  } catch (error) {
    io.err(`${refusalText(error, namespace, name)}\n`)
    return exit.errors
  }
  if (options.output === 'json') io.out(`${JSON.stringify(facts, null, 2)}\n`)
  else io.out(statusText(facts, paintFor(io, 'out', options.colour)))
  return facts.ready ? exit.fine : exit.errors
}

function refusalText(error: unknown, namespace: string, name: string): string {
  if (error instanceof KubeError && error.code === 404)
    return `lb-controller: there is no Service ${name} in namespace ${namespace}: see "kubectl get svc -A", or say -n`
  return `lb-controller: the cluster cannot be asked: ${error instanceof Error ? error.message : String(error)}`
}

async function gather(api: KubeApi, options: StatusOptions): Promise<StatusFacts> {
  const { name, namespace } = options
  const signal = AbortSignal.timeout(patienceMs)
  const service = await api.get<ServiceObject>(serviceType, { namespace, name }, signal)
  const { uid } = service.metadata
  const listed = await api.list<EventObject>(
    eventType,
    { namespace, fieldSelector: `regarding.uid=${uid}` },
    signal,
  )
  const controller = await askController(options.controller, namespace, name)
  const ready = service.status?.conditions?.find((condition) => condition.type === readyType)
  const [ingress] = service.status?.loadBalancer?.ingress ?? []
  return {
    service: `${namespace}/${name}`,
    type: service.spec?.type ?? 'ClusterIP',
    address: ingress?.hostname ?? ingress?.ip,
    nodePorts: (service.spec?.ports ?? []).flatMap((port) => port.nodePort ?? []),
    claimed: readAccepted(service) !== undefined,
    applied: readAccepted(service)?.input !== undefined,
    ready: ready?.status === 'True' || (service.spec?.type ?? 'ClusterIP') !== 'LoadBalancer',
    condition: ready,
    events: listed.items.map(eventLine).toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    ...controller,
  }
}

const eventLine = (event: EventObject): EventLine => ({
  at: event.eventTime ?? event.deprecatedLastTimestamp ?? '',
  type: event.type ?? 'Normal',
  reason: event.reason ?? '',
  message: event.note ?? '',
})

interface Asked {
  readonly controller: { readonly url: string; readonly why?: string; readonly leader?: string }
  readonly report?: ServiceReport
}

/** The controller knows the plan; whoever can reach its HTTP address gets it too. */
async function askController(url: string, namespace: string, name: string): Promise<Asked> {
  try {
    const response = await fetch(new URL(`/status/${namespace}/${name}`, url), {
      signal: AbortSignal.timeout(patienceMs),
    })
    if (!response.ok) return { controller: { url, why: `it answered ${response.status}` } }
    const { leader, report } = (await response.json()) as { leader?: string; report?: ServiceReport }
    const told = { url, ...(leader === undefined ? {} : { leader }) }
    if (report === undefined)
      return { controller: { ...told, why: 'it does not lead, or does not see this Service' } }
    return { controller: told, report }
  } catch {
    return { controller: { url, why: 'nothing answers there' } }
  }
}
