import { mostNodes, nodeLayout, type Layout, type NodeLayout } from '../layout.ts'
import { runProxy, type ProxyParts, type RunningProxy } from './node-proxy.ts'

/** A pod whose process has just died is not missed yet, and is soon started again. */
const redialMs = 1000

/** Of all nodes that a sandbox may have, so that those that come later count too. */
const podRanges = ({ base }: Layout): readonly string[] =>
  Array.from({ length: mostNodes }, (_, index) => nodeLayout(base, index + 1).podRange)

/**
 * What a node answers: NodePorts, its health and healthCheckNodePorts, at its own address. With policy Local endpoints
 * see the client, else the node. Cluster addresses and those of load balancers are others' to serve.
 */
export const openNodeNetwork = (parts: ProxyParts, node: NodeLayout): RunningProxy =>
  runProxy(parts, {
    name: node.name,
    table: { nodeName: node.name, pods: { by: 'ranges', ranges: podRanges(parts.layout) } },
    settings: {
      serves: ['node-port'],
      bindAddresses: [node.address],
      masqueradeAs: node.address,
      loopbackIsNear: false,
      redialMs,
    },
    healthAt: node.address,
  })

/** Cluster addresses, for pods and for whoever else is on this machine. Endpoints see who it was. */
export const openClusterNetwork = (parts: ProxyParts): RunningProxy =>
  runProxy(parts, {
    name: 'cluster',
    table: { nodeName: '', everyNode: true, pods: { by: 'none' } },
    settings: {
      serves: ['cluster'],
      bindAddresses: [],
      masqueradeAs: parts.layout.host,
      loopbackIsNear: false,
      redialMs,
      podsByNode: podRanges(parts.layout),
    },
  })
