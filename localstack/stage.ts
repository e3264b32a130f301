/**
 * A cluster and an AWS on loopback in this process, and the controller as a process of its own in front of them: what
 * the demo shows and what the tests kill. Nothing outlives `close`.
 */
import { createCloud, type Cloud } from './aws/cloud.ts'
import { startAws } from './aws/http.ts'
import { openProcesses, type Processes, type ProcessesOptions } from './processes.ts'

export type { Controller } from './processes.ts'

export interface Stage extends Processes {
  readonly cloud: Cloud
  readonly cloudUrl: string
  addNode(n: number): void
}

export interface StageOptions extends ProcessesOptions {
  /** More environment, for every process of the stage. */
  readonly env?: Readonly<Record<string, string>>
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const cloud = createCloud()
  const aws = await startAws(cloud)
  const processes = await openProcesses({ AWS_ENDPOINT_URL: aws.url, ...options.env }, options)
  return {
    ...processes,
    cloud,
    cloudUrl: aws.url,
    addNode(n) {
      const id = `i-${n.toString(16).padStart(17, '0')}`
      const zone = 'abc'[n % 3] ?? 'a'
      cloud.addInstance({ id, az: zone })
      processes.cluster.state.addNode({
        name: `node-${n}`,
        providerID: `aws:///us-east-1${zone}/${id}`,
        address: `10.0.0.${n + 10}`,
        zone: `us-east-1${zone}`,
      })
    },
    async close() {
      await processes.close()
      await aws.close()
    },
  }
}
