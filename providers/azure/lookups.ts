import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { Lookup } from '../../src/provider/blueprint.ts'
import { azureSettings } from './annotations.ts'
import type { AzureConfig } from './config.ts'
import { namespaceKey, networkKey, publicIPsKey } from './facts.ts'
import { askedIn } from './pinned.ts'
import { isSet } from './selectors.ts'

/** The facts that a Service needs: most need the same one, which is then looked up once. */
export function lookupsFor(lb: LoadBalancer, config: AzureConfig): readonly Lookup[] {
  const settings = azureSettings(lb)
  const lookups: Lookup[] = [{ key: networkKey, what: 'the virtual network' }]
  if (config.loadBalancers.some((one) => isSet(one.serviceNamespaceSelector)))
    lookups.push({
      key: namespaceKey(lb.namespace),
      what: `the labels of namespace ${lb.namespace}`,
      args: lb.namespace,
    })
  const pins = lb.families.some((family) => askedIn({ lb, settings }, family) !== undefined)
  if (settings.internal?.value !== true && (pins || settings.dnsLabel !== undefined)) {
    const group = settings.publicIPResourceGroup?.value
    lookups.push({
      key: publicIPsKey(group),
      what: `the public IP addresses in ${group === undefined ? 'the resource group' : `resource group ${group}`}`,
      ...(group === undefined ? {} : { args: group }),
    })
  }
  return lookups
}
