import type { CloudVectors, Compare } from '../vector.ts'
import * as access from './access-control.ts'
import * as helpers from './helpers.ts'
import * as naming from './naming.ts'
import * as link from './private-link.ts'
import * as placement from './placement.ts'
import { pitfalls } from './pitfalls.ts'
import * as publicIP from './public-ip-helpers.ts'
import { clusterNameTag, dnsTag, serviceTag } from '../../../providers/azure/tags.ts'
import * as publicIPs from './public-ip.ts'
import { rulesAndProbes } from './rules-and-probes.ts'
import { securityGroup } from './security-group.ts'
import * as selection from './selection.ts'

const comparisons: Readonly<Record<string, Compare>> = {
  'accessControl.allowFromInternet': access.allowFromInternet,
  'accessControl.allowedRanges': access.allowedRanges,
  'accessControl.allowedServiceTags': access.allowedServiceTags,
  'accessControl.denyAllExcept': access.denyAllExcept,
  'accessControl.new': access.newAccessControl,
  'annotation.booleanMatch': helpers.booleanMatch,
  'backendPool.isIPv6ByName': naming.poolIsIPv6,
  'backendPool.name': naming.pool,
  'frontendIPConfiguration.isIPv6': naming.frontendIsIPv6,
  'frontendIPConfiguration.name': naming.frontend,
  'frontendIPConfiguration.names': naming.frontends,
  'haPorts.enabled': helpers.truth(({ highAvailabilityPorts }) => highAvailabilityPorts),
  'healthProbe.annotationInt32': helpers.portNumber,
  'ipFamilies.enabled': helpers.families,
  'loadBalancer.expectedRulesAndProbes': rulesAndProbes,
  'loadBalancer.isInternalByName': selection.isInternal,
  'loadBalancer.getServiceLoadBalancer': placement.serviceLoadBalancer,
  'loadBalancer.name': placement.loadBalancerName,
  'loadBalancerIP.get': helpers.requestedAddress,
  'loadBalancingRule.name': naming.rule,
  'multiSLB.eligibleLoadBalancers': selection.eligibleOnes,
  'multiSLB.getServiceLoadBalancer': placement.serviceLoadBalancer,
  'multiSLB.mostEligible': selection.mostEligibleOne,
  'nsgRule.disabled': helpers.truth(({ disableSecurityRules }) => disableSecurityRules),
  'pls.hasAdditionalConfigs': link.hasMore,
  'pls.ipConfigCount': link.count,
  'pls.name': link.name,
  'pls.reconcileAutoApproval': link.autoApproval,
  'pls.reconcileFqdns': link.fqdns,
  'pls.reconcileIPConfigs': link.ipConfigurations,
  'pls.reconcileProxyProtocol': link.proxyProtocol,
  'pls.reconcileVisibility': link.visibility,
  'pls.required': link.required,
  'pls.resourceGroup': link.resourceGroup,
  'pls.staticIPs': link.fixedAddresses,
  'pls.subnet': link.subnet,
  'protocols.map': helpers.protocols,
  'publicIP.clusterFromTags': publicIP.tagged(clusterNameTag),
  'publicIP.determineName': naming.determinedPublicIP,
  'publicIP.ensureExists': publicIPs.ensured,
  'publicIP.find': publicIP.found,
  'publicIP.findByIP': publicIP.found,
  'publicIP.ipSettings': publicIPs.ipSettings,
  'publicIP.ipTagMap': publicIP.ipTagMap,
  'publicIP.ipTagRequest': publicIP.ipTagRequest,
  'publicIP.isReserved': publicIP.isReserved,
  'publicIP.mutateIPTags': publicIPs.ipTagsChanged,
  'publicIP.name': naming.publicIP,
  'publicIP.nameAnnotation': publicIP.name,
  'publicIP.ownedByService': publicIP.owned,
  'publicIP.prefixAnnotation': publicIP.prefixId,
  'publicIP.reconcile': publicIPs.reconciled,
  'publicIP.rejectNonPublicIP': publicIP.rejected,
  'publicIP.resourceGroup': publicIP.resourceGroup,
  'publicIP.serviceFromDnsTags': publicIP.tagged(dnsTag),
  'publicIP.serviceFromTags': publicIP.tagged(serviceTag),
  'publicIP.serviceTagUnbind': publicIP.unbound,
  'publicIP.shouldRelease': publicIPs.released,
  'resourceName.byFamily': naming.ofFamily,
  'securityGroup.patch': securityGroup,
  'securityGroup.reconcile': securityGroup,
  'tags.parse': helpers.tags,
  'tags.reconcile': publicIPs.tagsReconciled,
}

export const azure: CloudVectors = {
  cloud: 'azure',
  graded: (file) =>
    file.endsWith('naming.json')
      ? 'naming'
      : file.endsWith('annotations-and-utils.json')
        ? 'helpers'
        : 'objects',
  compare: ({ operation }) => comparisons[operation ?? ''],
  pitfalls,
  listed: {
    'azure/rules-and-probes.json: getExpectedLBRules should expected rules when timeout are added':
      "the annotation asks for 5 minutes, and the case expects the 4 of a Service without it: the peer's own test sets 5 afterwards, where the extraction did not see it",
    'azure/public-ip.json: mutation enabled nil Properties should be no-op':
      'an address without any properties is none that Azure answers with; asked-for IP tags are carried out',
    "azure/annotations-and-utils.json: parseTags should keep the blank character after or before string 'Null', eg. 'Null '":
      'blanks around a value come from lists written with ", "; a tag that needs them is set in the configuration',
  },
}
