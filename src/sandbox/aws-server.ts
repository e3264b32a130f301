import { rmSync } from 'node:fs'
import { createCloud } from '../../localstack/aws/cloud.ts'
import { BrokenConnection } from '../../localstack/aws/fault.ts'
import { startAws } from '../../localstack/aws/http.ts'
import { seeded, seedWorld } from '../../localstack/aws/state/seed.ts'
import type { World } from '../../localstack/aws/state/world.ts'
import { AwsTraffic, type AwsTrafficOptions } from '../../localstack/aws/traffic/traffic.ts'
import { probe, type Probe } from '../../providers/local/server/health-probe.ts'
import type { Pool } from '../../providers/local/server/pools.ts'
import { trafficPath } from '../../providers/local/wire.ts'
import { monotonicClock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { Relay } from '../relay/frontend.ts'
import { LocalRelay } from '../relay/local-relay.ts'
import { keyPath, namesPath } from './aws-paths.ts'
import type { Part } from './part.ts'

export interface AwsServerOptions extends Pick<AwsTrafficOptions, 'reachedAt'> {
  readonly host: string
  readonly port: number
  /**
   * A unix socket where the same is answered, for this user alone by its folder. What a killed server has left there goes. Whoever
   * comes by the port, as all users of the machine may, is then answered only with the key that was told here.
   */
  readonly socket?: string
  readonly clusterName: string
  /** The range of the VPC: what an address that is registered as a target has to be in. */
  readonly vpcRange: string
  readonly pool: Pool
  /** Default: one in this process. */
  readonly relay?: Relay
  readonly probe?: Probe
  readonly log: Log
}

/**
 * A strict AWS on this machine whose network load balancers carry real traffic. Instances are told to it, with their
 * addresses, at `/_/instances`; what passes is told at the path that the local balancer tells it at.
 */
export async function startAwsServer(
  options: AwsServerOptions,
): Promise<{ readonly url: string; close(graceMs: number): Promise<void> }> {
  const { host, port, socket, clusterName, vpcRange, pool, log } = options
  if (socket !== undefined) rmSync(socket, { force: true })
  const cloud = createCloud({
    clusterName,
    switches: { provisioningMs: 0, healthyMs: 0, eniLingerMs: 0 },
    seedWorld: (world, name) => {
      seedWorld(world, name)
      rangeOver(world, vpcRange)
    },
  })
  const traffic = new AwsTraffic({
    cloud,
    relay: options.relay ?? new LocalRelay({ clock: monotonicClock, log }),
    pool,
    probe: options.probe ?? probe,
    ...(options.reachedAt === undefined ? {} : { reachedAt: options.reachedAt }),
    clock: monotonicClock,
    random: Math.random,
    log,
  })
  let key: string | undefined
  const knows = (caller: string | undefined): boolean => {
    // To be refused would be taken for an answer: this is as if it had not started yet.
    if (key === undefined) throw new BrokenConnection('before')
    return caller === key
  }
  const endpoint: Part & { readonly url: string } = await startAws(cloud, {
    host,
    port,
    ...(socket === undefined ? {} : { socket, knows }),
    pages: {
      [`POST ${keyPath}`]: (body) => {
        key = (JSON.parse(body) as { accessKeyId?: string }).accessKeyId
        return {}
      },
      'GET /healthz': () => ({ pid: process.pid }),
      [`GET ${namesPath}`]: () => traffic.names(),
      [`GET ${trafficPath}`]: () => traffic.traffic(),
    },
  })
  log.info('serving', { url: endpoint.url, pool: pool.ranges.map(({ text }) => text).join(',') })
  return {
    url: endpoint.url,
    async close(graceMs) {
      await endpoint.close()
      await traffic.drain(graceMs)
    },
  }
}

function rangeOver(world: World, cidr: string): void {
  const vpc = world.vpcs.get(seeded.vpc)
  if (vpc !== undefined) world.vpcs.put(vpc.id, { ...vpc, cidr }, Number.NEGATIVE_INFINITY)
}
