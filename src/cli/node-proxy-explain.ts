import type { NodeProxyConfig } from '../config/node-proxy-settings.ts'
import { destinationsOf, fateOf } from '../node-proxy/fate-of.ts'
import type { Destination, Fate, SourceKind } from '../node-proxy/fate.ts'
import { machineAddresses } from '../node-proxy/node-addresses.ts'
import type { ProxyTable } from '../node-proxy/row.ts'
import { tableOf, type TableInput } from '../node-proxy/table.ts'
import { inUserspace, seenFromUserspace } from '../node-proxy/userspace/fate.ts'
import type { NodeProxyOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { tableSettings } from './node-proxy-config.ts'
import { readWorld, readWorldFiles } from './node-proxy-world.ts'

const sourceKinds: readonly SourceKind[] = ['outside', 'pod', 'node']

type Explained = Destination & { readonly fates: Readonly<Record<SourceKind, Fate>> }

/** Where a packet to each address of a Service would go, as this node sees it. Reads only. */
export async function explainService(
  config: NodeProxyConfig,
  options: NodeProxyOptions & { readonly explain: string },
  io: Io,
): Promise<ExitCode> {
  const settings = tableSettings(config)
  const service = `${options.namespace}/${options.explain}`
  let input: TableInput | undefined
  try {
    input =
      options.files.length > 0
        ? await readWorldFiles(options.files, settings.nodeName, io)
        : await readWorld(config, settings.nodeName, service)
  } catch (error) {
    io.err(
      `lb-controller: the cluster cannot be asked: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    return exit.errors
  }
  if (input === undefined) return exit.errors
  if (
    !input.services.some(
      ({ metadata: { namespace = 'default', name } }) => `${namespace}/${name}` === service,
    )
  ) {
    io.err(
      `lb-controller: there is no Service ${options.explain} in namespace ${options.namespace}: see "kubectl get svc -A", or say -n\n`,
    )
    return exit.errors
  }
  const { table } = tableOf({ ...input, machineAddresses: ownAddresses(input) }, settings)
  const destinations = explainedOf(table, options, config.dataPlane === 'userspace')
  io.out(`${JSON.stringify({ service, node: settings.nodeName, destinations }, null, 2)}\n`)
  return exit.fine
}

/** Those of this machine, if it is the node that is asked about. */
function ownAddresses({ node }: TableInput): readonly string[] {
  const machine = machineAddresses()
  const known = new Set(node?.status?.addresses?.map(({ address }) => address))
  return machine.some((address) => known.has(address)) ? machine : []
}

function explainedOf(
  table: ProxyTable,
  { namespace, explain = '' }: NodeProxyOptions,
  userspace: boolean,
): readonly Explained[] {
  const seen = userspace ? seenFromUserspace(table) : table
  return destinationsOf(table, namespace, explain).map((destination) => {
    const fate = (kind: SourceKind): Fate => {
      const inKernel = fateOf(seen, { kind }, destination)
      return userspace ? inUserspace(inKernel) : inKernel
    }
    const fates = Object.fromEntries(sourceKinds.map((kind) => [kind, fate(kind)]))
    return { ...destination, fates: fates as Explained['fates'] }
  })
}
