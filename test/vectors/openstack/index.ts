import { hasError } from '../../../src/model/problem.ts'
import { boolean } from '../../../src/model/value-boolean.ts'
import type { CloudVectors, Compare, Vector } from '../vector.ts'
import { settingsIn, textAt } from './case.ts'
import {
  addressIn,
  listenerIn,
  listenerProtocolIn,
  membersIn,
  monitorIn,
  poolIn,
  selectedIn,
  statusIn,
} from './objects.ts'
import { floatingSubnetIn, memberSubnetIn, networkIn, rulesIn, subnetIn } from './places.ts'
import {
  booleanIn,
  clusterNameIn,
  groupNameIn,
  integerIn,
  proxyIn,
  renamedIn,
  serviceNameIn,
  textIn,
} from './texts.ts'

/** By the peer's test: what a case is about whatever its operation is called. */
const byTest: Readonly<Record<string, Compare>> = {
  Test_getListenerProtocol: listenerProtocolIn,
  TestBuildListenerCreateOpt: listenerIn,
  Test_buildPoolCreateOpt: poolIn,
  Test_buildMonitorCreateOpts: monitorIn,
  TestBuildBatchUpdateMemberOpts: membersIn,
  TestFilterNodes: selectedIn,
  Test_nodeAddressForLB: addressIn,
  TestLbaasV2_createLoadBalancerStatus: statusIn,
  TestMatchSubnet: floatingSubnetIn,
  Test_getSubnetID: subnetIn,
  TestLbaasV2_getNetworkID: networkIn,
  TestLbaasV2_getMemberSubnetID: memberSubnetIn,
  TestGetRulesToCreateAndDelete: rulesIn,
  TestLbaasV2_GetLoadBalancerName: serviceNameIn,
  Test_getSecurityGroupName: groupNameIn,
  TestDecomposeLBName: clusterNameIn,
  TestReplaceClusterName: renamedIn,
  Test_getProxyProtocolFromServiceAnnotation: proxyIn,
  Test_getBoolFromServiceAnnotation: booleanIn,
  Test_getIntFromServiceAnnotation: integerIn,
  Test_getStringFromServiceAnnotation: textIn,
}

const helpers = ['openstack/annotation-parsing.json']
const naming = ['openstack/naming.json']

/** Whether the annotation of a case says what is no value of its type. */
function isMisspelt(one: Vector): boolean {
  const raw = one.service?.metadata?.annotations?.[textAt(one.context, 'annotationKey') ?? '']
  if (one.source.test === 'Test_getBoolFromServiceAnnotation')
    return raw !== undefined && !boolean.parse(raw).ok
  if (one.source.test === 'Test_getIntFromServiceAnnotation') return raw !== undefined && !/^-?\d+$/.test(raw)
  return (
    one.source.test === 'Test_getProxyProtocolFromServiceAnnotation' &&
    hasError(settingsIn(one.service).problems)
  )
}

export const openstack: CloudVectors = {
  cloud: 'openstack',
  graded: (file) => (naming.includes(file) ? 'naming' : helpers.includes(file) ? 'helpers' : 'objects'),
  compare: (one: Vector) => byTest[one.source.test],
  listed: {},
  pitfalls: [
    {
      shownBy: isMisspelt,
      why: 'a value that the peer silently takes its default for is refused here, so that a typo is seen',
    },
  ],
}
