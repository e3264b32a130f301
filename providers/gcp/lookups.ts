import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import type { Lookup } from '../../src/provider/blueprint.ts'
import { gcpSettings } from './annotations.ts'
import type { GcpConfig } from './config.ts'
import { addressKey, instancesKey, loggingKey, placeKey, subnetKey } from './facts.ts'
import { machinesOf } from './nodes.ts'

/** The facts that one Service needs: a few for all, and those that it names. */
export function lookupsFor(
  lb: LoadBalancer,
  nodes: readonly TargetNode[],
  config: GcpConfig,
): readonly Lookup[] {
  const settings = gcpSettings(lb)
  const { list, hash } = machinesOf(nodes)
  const subnets = [settings.subnet, settings.internalSubnet].flatMap((setting) => setting?.value ?? [])
  const wanted = (settings.addresses?.value ?? []).map((wish) => ('name' in wish ? wish.name : wish.ip))
  const logging = settings.logging?.value
  return [
    { key: placeKey, what: 'the project, region and network of the cluster' },
    ...(config.nodeTags.length > 0
      ? []
      : [
          {
            key: instancesKey(hash),
            what: 'the network tags of the nodes',
            args: list.map(({ name }) => name),
          },
        ]),
    ...unique([...subnets, ...(config.subnet === undefined ? [] : [config.subnet])]).map((name) => ({
      key: subnetKey(name),
      what: `the subnet ${name}`,
      args: name,
    })),
    ...unique([...wanted, ...(lb.requestedAddress === undefined ? [] : [lb.requestedAddress.value])]).map(
      (name) => ({ key: addressKey(name), what: `the address ${name}`, args: name }),
    ),
    ...(logging === undefined
      ? []
      : [
          {
            key: loggingKey(lb.namespace, logging),
            what: `the L4LBConfig ${lb.namespace}/${logging}`,
            args: { namespace: lb.namespace, name: logging },
          },
        ]),
  ]
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]
