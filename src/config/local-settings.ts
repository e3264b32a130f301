import { choice, integer, list, words } from './setting-types.ts'

/** The settings of `providers/local/config.ts`, which knows what their values must look like. */
export const localSettings = {
  socket: words(
    'the unix socket that the local balancer answers on',
    '/run/lb-controller/local.sock',
    'FILE',
    'an absolute path',
    /^\//,
  ),
  pools: list(
    'pools of addresses, NAME=RANGE, as a plan takes them to be where nobody asked the balancer',
    'what the balancer has',
    'POOLS',
  ),
  scheduler: choice(
    [
      'random',
      'round-robin',
      'weighted-round-robin',
      'least-connections',
      'weighted-least-connections',
      'source-hash',
      'destination-hash',
      'shortest-expected-delay',
      'never-queue',
    ],
    'how a target is chosen where a Service does not say',
    'round-robin',
  ),
  certificateFolder: words(
    'the folder of certificates that Services name as file:NAME: NAME.crt and NAME.key',
    'none: only Secrets',
    'FOLDER',
    'an absolute path',
    /^\//,
  ),
  sharedNamespaces: list(
    'namespaces whose certificates Services of all others may name too',
    'none: a Service names Secrets of its own namespace',
    'NAMESPACES',
  ),
  nodeHealth: choice(
    ['node-port', 'proxy'],
    'what a node is asked for TCP ports with policy Cluster: each NodePort, or its proxy once for all (see nodeHealthPort)',
    'node-port',
  ),
  nodeHealthPort: integer(
    'the port of each node that tells at /healthz whether its proxy works, for ports that TCP cannot check; 0: none',
    10_256,
    0,
    65_535,
  ),
} as const
