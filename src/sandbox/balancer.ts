import { Child } from './child.ts'
import type { CloudWish } from './cloud.ts'
import { askControl } from './control.ts'

/** The name of the only pool. */
export const poolName = 'sandbox'

/** The local balancer as a process of its own: what it was asked for outlives it, in its folder. */
export const balancerProcess = ({ folder, layout, translation, program, log }: CloudWish): Child =>
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
      ...(translation.isPlain ? [] : [`--sandbox-base=${layout.base}`]),
    ],
    logFile: folder.log,
    log,
    isReady: () => isUp(folder.balancerSocket),
  })

/** Whether somebody answers there. */
export const isUp = (socket: string): Promise<boolean> =>
  askControl(socket, 'GET /healthz').then(
    () => true,
    () => false,
  )
