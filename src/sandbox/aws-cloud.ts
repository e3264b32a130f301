import { randomBytes } from 'node:crypto'
import { systemClock } from '../lib/clock.ts'
import { within } from '../node-proxy/table/ranges.ts'
import { awsNode, instanceId, region } from './aws-node.ts'
import { instancesPath, keyPath } from './aws-paths.ts'
import { isUp } from './balancer.ts'
import { Child } from './child.ts'
import { ownPort, type CloudWish, type SandboxCloud } from './cloud.ts'
import { namesFrom } from './cloud-names.ts'
import { askControl } from './control.ts'
import { SandboxRefused } from './problem.ts'

const port = 6743
/** A key that no account has, and that no other user of this machine can guess. */
const newCredentials = () => ({
  accessKeyId: `sandbox-${randomBytes(16).toString('hex')}`,
  secretAccessKey: 'sandbox',
})

/**
 * A strict AWS on this machine, in memory, whose network load balancers carry traffic. Whoever starts a sandbox may well be
 * somebody in a real account: nothing of the environment is read, and nobody but this machine is asked.
 */
export function awsCloud(wish: CloudWish, clusterName: string): SandboxCloud {
  const { folder, layout, translation, program, log } = wish
  const { address, port: own } = ownPort(translation, layout, port)
  const at = translation.at('TCP', { address, port: own })
  const endpoint = `http://${at.address}:${at.port}`
  const socket = folder.balancerSocket
  const credentials = newCredentials()
  return {
    process: new Child({
      name: 'AWS server',
      args: [
        program,
        'local-aws',
        `--socket=${socket}`,
        `--host=${at.address}`,
        `--port=${at.port}`,
        `--pool=${layout.pool}`,
        `--vpc=127.${layout.base}.0.0/16`,
        `--cluster-name=${clusterName}`,
        '--end-with-stdin',
        ...(translation.isPlain ? [] : [`--sandbox-base=${layout.base}`]),
      ],
      logFile: folder.log,
      log,
      isReady: () => isUp(socket),
      // It remembers nothing. A key among its arguments could be read by everybody.
      onReady: async () => {
        await askControl(socket, `POST ${keyPath}`, { accessKeyId: credentials.accessKeyId })
        const add = layout.nodes.map((node) => ({
          id: instanceId(node.name),
          az: awsNode(node).zone,
          privateIp: node.address,
        }))
        await askControl(socket, `POST ${instancesPath}`, { add })
      },
    }),
    settings: { 'aws.endpoint': endpoint, 'aws.region': region, 'aws.clusterName': clusterName },
    names: namesFrom(socket, () => performance.now()),
    async provider({ aws }, clusterUid) {
      assertHere(aws.endpoint)
      const [{ createProvider }, { createClient }] = await Promise.all([
        import('../../providers/aws/index.ts'),
        import('../../providers/aws/client.ts'),
      ])
      return createProvider(aws, { clock: systemClock, clusterUid, api: createClient(aws, credentials) })
    },
  }
}

/** Throws where a request would leave this machine. */
export function assertHere(endpoint: string | undefined): void {
  const host = endpoint === undefined ? '' : (URL.parse(endpoint)?.hostname ?? '')
  if (!within(host, ['127.0.0.0/8']))
    throw new SandboxRefused(
      `the AWS of a sandbox is on this machine, and ${endpoint ?? 'an endpoint that the environment names'} is not`,
    )
}
