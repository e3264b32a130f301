import { trafficPath, type LocalTraffic } from '../../providers/local/wire.ts'
import type { Log } from '../observe/log.ts'
import { Child } from './child.ts'
import { askControl } from './control.ts'
import type { Folder } from './folder.ts'
import type { Layout } from './layout.ts'
import type { BalancerView } from './path.ts'

export interface BalancerWish {
  readonly folder: Folder
  readonly layout: Layout
  /** Whether everything is where it is said to be. */
  readonly isPlain: boolean
  /** The file that Node was started with. */
  readonly program: string
  readonly log: Log
}

/** The name of the only pool. */
export const poolName = 'sandbox'

/** The local balancer as a process of its own: what it was asked for outlives it, in its folder. */
export const balancerProcess = ({ folder, layout, isPlain, program, log }: BalancerWish): Child =>
  new Child({
    name: 'balancer',
    args: [
      program,
      'local-balancer',
      `--state-dir=${folder.balancer}`,
      `--socket=${folder.balancerSocket}`,
      `--pool=${poolName}=${layout.pool}`,
      '--drain-timeout=0s',
      '--end-with-stdin',
      ...(isPlain ? [] : [`--sandbox-base=${layout.base}`]),
    ],
    logFile: folder.log,
    log,
    isReady: () =>
      askControl(folder.balancerSocket, 'GET /healthz').then(
        () => true,
        () => false,
      ),
  })

/** What the balancer knows of its listeners and of the nodes behind them. Nothing, while it does not answer. */
export async function balancerView(folder: Folder): Promise<BalancerView> {
  const { listeners } = await askControl<LocalTraffic>(folder.balancerSocket, `GET ${trafficPath}`).catch(
    (): LocalTraffic => ({ listeners: [] }),
  )
  return {
    listeners: new Map(
      listeners.map(({ address, port, protocol, counters, failure, reachedAt }) => [
        `${address} ${port} ${protocol}`,
        {
          ...(counters === undefined ? {} : { counters }),
          ...(failure === undefined ? {} : { failure }),
          ...(reachedAt === undefined ? {} : { reachedAt: `${reachedAt.address}:${reachedAt.port}` }),
        },
      ]),
    ),
    targets: new Map(
      listeners.map(({ address, port, protocol, targets }) => [`${address} ${port} ${protocol}`, targets]),
    ),
  }
}
