import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkup } from '../../../providers/aws/fetch-checkup.ts'
import { type AwsConfig, defaultConfig } from '../../../providers/aws/config.ts'
import type { Cloud, CloudOptions } from '../../../localstack/aws/cloud.ts'
import { inProcess } from './in-process.ts'
import { createTestWorld, never } from './world.ts'

interface Row {
  readonly name: string
  readonly options?: CloudOptions
  readonly config?: Partial<AwsConfig>
  readonly cluster?: string
  readonly given?: (cloud: Cloud) => void
  readonly without?: 'nodes'
  /** name -> state and what it says */
  readonly says: Readonly<Record<string, readonly [string, RegExp]>>
}

const rows: readonly Row[] = [
  {
    name: 'all is there',
    says: {
      'credentials and region': ['ok', /us-east-1/],
      VPC: ['ok', /vpc-0a1, that of the nodes: 6 subnets in 3 zones/],
      'subnets, internet-facing': ['ok', /subnet-0pub0a \(us-east-1a, \d+ free\)/],
      'subnets, internal': ['ok', /subnet-0priv0a/],
      'security groups of nodes': ['ok', /rules go to sg-0node/],
      'rules of nodes': ['ok', /0 of 60/],
      writing: ['ok', /EC2 would let/],
      'network load balancers': ['ok', /^0 of 50$/],
      'application load balancers': ['ok', /^0 of 50$/],
      'target groups': ['ok', /^0 of 3000$/],
    },
  },
  {
    name: 'reading is not allowed at all: everything else is asked all the same',
    given: (cloud) => cloud.deny('elbv2:DescribeAccountLimits'),
    says: {
      'credentials and region': ['error', /DescribeAccountLimits is not allowed/],
      writing: ['ok', /./],
    },
  },
  {
    name: 'rules must not be written',
    given: (cloud) => cloud.deny('ec2:AuthorizeSecurityGroupIngress'),
    says: { writing: ['error', /is not allowed/] },
  },
  {
    name: 'another cluster name than the subnets are tagged for',
    cluster: 'other',
    says: { 'subnets, internet-facing': ['warning', /belongs to demo, not to other/] },
  },
  {
    name: 'no node yet',
    without: 'nodes',
    says: {
      VPC: ['warning', /no node is known that is an EC2 instance/],
      'security groups of nodes': ['skipped', /./],
    },
  },
  {
    name: 'no node yet, and a VPC that is configured',
    without: 'nodes',
    config: { vpcId: 'vpc-0a1' },
    says: { VPC: ['ok', /as configured/] },
  },
  {
    name: 'a VPC of elsewhere',
    config: { vpcId: 'vpc-0ff' },
    says: { VPC: ['error', /has no subnet that can be seen/] },
  },
  {
    name: 'quotas that are used up, nearly',
    options: { limits: { targetGroups: 0 } },
    says: { 'target groups': ['error', /^0 of 0$/] },
  },
]

for (const { name, options, config, cluster = 'demo', given, without, says } of rows)
  test(`aws doctor: ${name}`, async () => {
    const world = createTestWorld(options)
    given?.(world.cloud)
    const checks = await checkup(
      inProcess(world.cloud),
      { ...defaultConfig, region: 'us-east-1', ...config },
      { name: cluster },
      without === 'nodes' ? [] : world.nodes,
      never,
    )
    const found = new Map(checks.map((check) => [check.name, check]))
    for (const [at, [state, text]] of Object.entries(says)) {
      assert.equal(found.get(at)?.state, state, `${at}: ${found.get(at)?.said}`)
      assert.match(found.get(at)?.said ?? '', text)
    }
    assert.deepEqual(
      world.cloud.log.filter((call) => call.mutating && call.outcome === 'ok'),
      [],
    )
  })
