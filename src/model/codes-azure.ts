import { goesOn, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

export const azureCodes: CodeTable = {
  LB_SOURCE_RANGES_TWICE: {
    title: 'Source ranges stand in two places',
    happened:
      '`spec.loadBalancerSourceRanges` and `azure-allowed-ip-ranges` both name ranges. To unite them could let in more than was meant, to choose one could lock clients out.',
    meanwhile: keepsServing,
    mend: 'Write all ranges into one of the two.',
  },
  LB_SERVICE_TAGS_BESIDE_RANGES: {
    title: 'Service tags have no effect beside source ranges',
    happened:
      'The security group lets in what either of the two allows, but nodes enforce `spec.loadBalancerSourceRanges` too, and know no service tags: they drop what comes from a tag and from no range.',
    meanwhile: goesOn,
    mend: 'Move the ranges from the field to `azure-allowed-ip-ranges`, which only the security group reads.',
  },
  LB_DENY_ALL_UNUSED: {
    title: 'There is nothing beside which all others could be denied',
    happened:
      '`azure-deny-all-except-load-balancer-source-ranges` is true, but no source ranges are given. To deny everybody would cut the Service off.',
    meanwhile: goesOn,
    mend: 'Name source ranges, or remove the annotation.',
  },
  LB_SECURITY_RULES_DISABLED: {
    title: 'Nothing holds clients to the sources of the Service',
    happened:
      '`azure-disable-load-balancer-nsg-rule` is true, so no rule is written to the security group; ranges or service tags are named all the same. Nodes still enforce `spec.loadBalancerSourceRanges`, and nothing else.',
    meanwhile: goesOn,
    mend: 'Write such rules yourself, or remove the annotation.',
  },
  LB_SECURITY_GROUP_FULL: {
    title: 'The security group has no room for the rules of this Service',
    happened:
      'Azure takes 1,000 rules, 4,000 sources and 4,000 destinations in one group. What is there stays, then the oldest Services come first.',
    meanwhile:
      'The group has none of the new rules of this Service, so its clients may not get in; all other Services are served.',
    mend: 'Delete what is not needed, write fewer or larger ranges, or give Services the same ports and sources: those share rules.',
  },
}
