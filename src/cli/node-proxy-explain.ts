import type { NodeProxyConfig } from '../config/node-proxy-settings.ts'
import { isForbidden } from '../kube/errors.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import type { ServiceObject } from '../model/objects.ts'
import { explanationText } from '../node-proxy/fate/explain-text.ts'
import { explainService } from '../node-proxy/fate/explain.ts'
import { machineAddresses } from '../node-proxy/node-addresses.ts'
import { tableOf, type TableInput } from '../node-proxy/table/table.ts'
import type { NodeProxyOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { tableSettings } from './node-proxy-config.ts'
import { readWorld, readWorldFiles } from './node-proxy-world.ts'

const zoneLabel = 'topology.kubernetes.io/zone'

/** Where a packet to each address of a Service would go, as this node sees it. Reads only. */
export async function explain(
  config: NodeProxyConfig,
  options: NodeProxyOptions & { readonly explain: string },
  io: Io,
): Promise<ExitCode> {
  const settings = tableSettings(config)
  const { nodeName } = settings
  const key = `${options.namespace}/${options.explain}`
  const read = await readInput(config, options, nodeName, key, io)
  if (read === undefined) return exit.errors
  const service = read.services.find(
    ({ metadata: { namespace = 'default', name } }) => `${namespace}/${name}` === key,
  )
  if (service === undefined) {
    io.err(`lb-controller: ${noSuchService(options, read.services)}\n`)
    return exit.errors
  }
  if (read.node === undefined)
    io.err(
      `lb-controller: there is no Node ${nodeName}: no endpoint counts as local, and which addresses answer on NodePorts is not known; ${
        options.files.length > 0 ? 'add the Node to the files, or ' : ''
      }say --node-name as "kubectl get nodes" shows it\n`,
    )
  if (service.spec?.type !== 'ExternalName' && service.spec?.clusterIP === undefined)
    io.err(
      'lb-controller: the Service has no spec.clusterIP yet: the cluster gives it one, so write the files with "kubectl get svc,endpointslices -o yaml"\n',
    )
  const zone = read.node?.metadata.labels?.[zoneLabel]
  const explanation = explainService({
    service,
    slices: read.slices,
    settings,
    // What `auto` takes can be known on the node alone, and only by trying.
    dataPlane: config.dataPlane === 'userspace' ? 'userspace' : 'nftables',
    ...tableOf({ ...read, machineAddresses: ownAddresses(read) }, settings),
    ...(zone === undefined ? {} : { zone }),
  })
  io.out(
    options.output === 'json' ? `${JSON.stringify(explanation, null, 2)}\n` : explanationText(explanation),
  )
  return exit.fine
}

const shown = 5

function noSuchService(
  { explain, namespace, files }: Pick<NodeProxyOptions, 'namespace' | 'files'> & { readonly explain: string },
  services: readonly ServiceObject[],
): string {
  const all = services.map(({ metadata: { namespace: of = 'default', name } }) => ({ of, name }))
  const elsewhere = all.find(({ name }) => name === explain)?.of
  const near = nearestWord(
    explain,
    all.flatMap(({ of, name }) => (of === namespace ? name : [])),
  )
  const what = `there is no Service ${explain} in namespace ${namespace}`
  if (elsewhere !== undefined) return `${what}: namespace ${elsewhere} has one, say -n ${elsewhere}`
  if (near !== undefined) return `${what}: did you mean svc/${near}?`
  if (files.length === 0) return `${what}: see "kubectl get svc -A", or say -n`
  const names = all.slice(0, shown).map(({ of, name }) => `${of}/${name}`)
  if (all.length > shown) names.push(`${all.length - shown} more`)
  return `${what}: the files hold ${names.length === 0 ? 'no Service' : names.join(', ')}`
}

/** Undefined after saying why. */
async function readInput(
  config: NodeProxyConfig,
  { files }: NodeProxyOptions,
  nodeName: string,
  service: string,
  io: Io,
): Promise<TableInput | undefined> {
  if (files.length > 0) return readWorldFiles(files, nodeName, service, io)
  try {
    return await readWorld(config, nodeName, service)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const hint = isForbidden(error)
      ? 'it needs what the ClusterRole in manifests/node-proxy allows, without the events'
      : 'where there is no way to the cluster, give files: -f FILE, as "kubectl get svc,endpointslices,nodes -A -o yaml" writes them'
    io.err(`lb-controller: the cluster cannot be asked: ${why}\n  hint: ${hint}\n`)
    return undefined
  }
}

/** Those of this machine, if it is the node that is asked about. */
function ownAddresses({ node }: TableInput): readonly string[] {
  const machine = machineAddresses()
  const known = new Set(node?.status?.addresses?.map(({ address }) => address))
  return machine.some((address) => known.has(address)) ? machine : []
}
