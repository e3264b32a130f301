import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { Port } from '../../src/model/load-balancer.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { ProbePort } from './annotation-types.ts'
import { ruleName, sharedProbeName } from './names.ts'
import { timingOf } from './probe-timing.ts'
import type { FamilyWish, Wish } from './wish.ts'

export interface ProbeWish {
  readonly name: string
  readonly properties: JsonObject
  readonly path: string
}

export const allocated = (what: string): string => `${what}, which the API server allocates`

export const nodePortOf = ({ nodePort, port }: Port): Json =>
  nodePort ?? unknown(allocated(`the NodePort of port ${port}`))

const withPrivateLinkProxy = ({ settings }: Wish): boolean =>
  settings.plsCreate?.value === true && settings.plsProxyProtocol?.value === true

/**
 * With policy Local a node is well if it has pods of the Service: what the node proxy answers on the health check port
 * decides for all ports. Behind PROXY protocol the probe would come with a header too, so it asks the ports instead.
 */
export const probesPods = (wish: Wish): boolean =>
  wish.lb.trafficPolicy === 'Local' && !withPrivateLinkProxy(wish)

export function podProbe(wish: Wish, { names }: FamilyWish): ProbeWish {
  const port = wish.lb.healthCheckNodePort
  const { interval, threshold } = timingOf(wish, undefined)
  const path = 'spec.externalTrafficPolicy'
  return {
    name: ruleName(names, 'TCP', port ?? '<healthCheckNodePort>'),
    path,
    properties: {
      protocol: 'Http',
      port: port ?? unknown(allocated('the healthCheckNodePort')),
      requestPath: '/healthz',
      intervalInSeconds: interval,
      probeThreshold: threshold,
    },
  }
}

/** The node proxy of each node, asked once for all Services with policy Cluster. */
export const sharedProbe = ({ config }: Wish): ProbeWish => ({
  name: sharedProbeName,
  path: 'spec.externalTrafficPolicy',
  properties: {
    protocol: 'Http',
    port: config.sharedProbePort,
    requestPath: config.sharedProbePath,
    intervalInSeconds: 5,
    probeThreshold: 2,
  },
})

/** Whether the probe of a port asks somewhere else than the usual. */
export const asksElsewhere = (wish: Wish, port: Port): boolean => whereAsked(wish, port) !== undefined

const whereAsked = ({ keyed, settings }: Wish, { port }: Port) => {
  const own = keyed.portProbePort?.[String(port)]
  if (own !== undefined) return { value: own.value, path: own.path, raw: own.raw }
  const all = settings.probePortForAll
  if (all === undefined || all.value === 'traffic-port') return undefined
  const value: ProbePort = { is: 'number', port: Number(all.value) }
  return { value, path: all.path, raw: all.raw }
}

/** Whether the probe of a port, as its Service is, asks the NodePort. */
export function probesNodePort(wish: Wish, port: Port): boolean {
  if (port.protocol !== 'TCP' || wish.keyed.portNoProbe?.[String(port.port)]?.value === true) return false
  const asked = whereAsked(wish, port)?.value
  if (asked !== undefined) return wish.lb.ports.some((one) => names(asked, one))
  return !probesPods(wish) && wish.config.clusterProbe !== 'shared'
}

/** The probe of one port; undefined where Azure has none: nothing answers a probe over UDP or SCTP. */
export function portProbe(wish: Wish, port: Port, name: string): ProbeWish | undefined {
  if (port.protocol !== 'TCP') return undefined
  const { protocol, path } = protocolOf(wish, port)
  const { interval, threshold } = timingOf(wish, port)
  return {
    name,
    path,
    properties: {
      protocol,
      port: targetOf(wish, port),
      ...(protocol === 'Tcp' ? {} : { requestPath: pathOf(wish, port) ?? '/' }),
      intervalInSeconds: interval,
      probeThreshold: threshold,
    },
  }
}

const pathOf = ({ keyed, settings }: Wish, { port }: Port): string | undefined =>
  keyed.portProbePath?.[String(port)]?.value ?? settings.probePath?.value

function targetOf(wish: Wish, port: Port): Json {
  const asked = whereAsked(wish, port)?.value
  if (asked === undefined) return nodePortOf(port)
  const named = wish.lb.ports.find((one) => names(asked, one))
  if (named !== undefined) return nodePortOf(named)
  return asked.is === 'number' ? asked.port : nodePortOf(port)
}

const names = (asked: ProbePort, port: Port): boolean =>
  asked.is === 'number' ? asked.port === port.port : asked.name.toLowerCase() === port.name?.toLowerCase()

type ProbeProtocol = 'Tcp' | 'Http' | 'Https'

/**
 * What the port says outranks what the Service says. The application protocol alone says nothing of what answers at
 * `/`, so it counts only beside a path for this port, or where the configuration wants it so.
 */
export function protocolOf(
  wish: Wish,
  port: Port,
): { readonly protocol: ProbeProtocol; readonly path: string } {
  const { keyed, settings, config } = wish
  const able = (protocol: ProbeProtocol): ProbeProtocol =>
    protocol === 'Https' && config.loadBalancerSku === 'basic' ? 'Tcp' : protocol
  const at = String(port.port)
  const own = keyed.portProbeProtocol?.[at]
  if (own !== undefined) return { protocol: able(own.value), path: own.path }
  const application = port.appProtocol?.trim().toLowerCase()
  const counts = config.probesFollowAppProtocol || keyed.portProbePath?.[at] !== undefined
  if (counts && application !== undefined) {
    const protocol = application === 'http' ? 'Http' : application === 'https' ? 'Https' : 'Tcp'
    return { protocol: able(protocol), path: `spec.ports[${port.index}].appProtocol` }
  }
  const all = settings.probeProtocol
  if (all !== undefined) return { protocol: able(all.value), path: all.path }
  return { protocol: 'Tcp', path: `spec.ports[${port.index}]` }
}

/** A probe that asks a port which the Service does not have. */
export function probePortProblems(wish: Wish, port: Port): readonly Problem[] {
  const asked = whereAsked(wish, port)
  if (asked === undefined || asked.value.is === 'number') return []
  if (wish.lb.ports.some((one) => names(asked.value, one))) return []
  const known = wish.lb.ports.flatMap((one) => [
    String(one.port),
    ...(one.name === undefined ? [] : [one.name]),
  ])
  return [
    error('LB_AZURE_PROBE_PORT', asked.path, `the Service has no port named ${asked.raw}`, {
      value: asked.raw,
      accepted: [...known, 'another number from 1 to 65535'].join(', '),
    }),
  ]
}
