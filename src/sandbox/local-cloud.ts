import { secretReader } from '../controller/read-secret.ts'
import { systemClock } from '../lib/clock.ts'
import { loadProvider } from '../provider/load.ts'
import { balancerProcess } from './balancer.ts'
import type { CloudNodeOf, CloudWish, SandboxCloud } from './cloud.ts'
import { SandboxRefused } from './problem.ts'

export const localNode: CloudNodeOf = ({ name, zone }) => ({ providerID: `local://${name}`, zone })

/** The balancer of this machine. */
export const localCloud = (wish: CloudWish): SandboxCloud => ({
  process: balancerProcess(wish),
  settings: {
    'local.socket': wish.folder.balancerSocket,
    // Else each NodePort of each node would be asked, and each of those asks a pod.
    'local.nodeHealth': 'proxy',
  },
  async provider(config, clusterUid, client) {
    const loaded = await loadProvider('local', config, {
      clock: systemClock,
      clusterUid,
      readSecret: secretReader(client),
    })
    if (loaded.ok) return loaded.value
    throw new SandboxRefused(loaded.error.map(({ message }) => message).join('; '))
  },
})
