import type { Config } from '../config/schema.ts'
import type { Client } from '../kube/client.ts'
import type { Log } from '../observe/log.ts'
import type { Provider } from '../provider/provider.ts'
import type { Child } from './child.ts'
import type { CloudNames } from './cloud-names.ts'
import type { Folder } from './folder.ts'
import type { Layout, NodeLayout } from './layout.ts'
import type { Place, Translation } from './net/translation.ts'

/** Who gives load balancers in a sandbox: a process of its own that carries their traffic, and the provider that asks it. */
export interface SandboxCloud {
  readonly process: Child
  /** Settings of the controller, by their path. */
  readonly settings: Readonly<Record<string, string>>
  provider(config: Config, clusterUid: string, client: Client): Promise<Provider>
  /** Where load balancers have names instead of addresses. */
  readonly names?: CloudNames
}

export interface CloudWish {
  readonly folder: Folder
  readonly layout: Layout
  readonly translation: Translation
  /** The file that Node was started with. */
  readonly program: string
  readonly log: Log
}

/** How a node is known to the cloud. */
export interface CloudNode {
  readonly providerID: string
  readonly zone: string
}

export type CloudNodeOf = (node: NodeLayout) => CloudNode

/** Of `name`: the second number of addresses tells two sandboxes apart, or the port where they share an address. */
export const ownPort = ({ facts }: Translation, { base, host }: Layout, port: number): Place => ({
  address: host,
  port: facts.addresses === 'all' ? port : port + base,
})
