import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemText } from '../../src/cli/print.ts'
import { plain } from '../../src/cli/colour.ts'
import { loadConfig, type ConfigInput } from '../../src/config/load.ts'
import { settings } from '../../src/config/settings.ts'
import { defaultConfigs } from '../../src/provider/configs.ts'

const input = (given: {
  readonly file?: string
  readonly env?: ConfigInput['env']
  readonly flags?: ConfigInput['flags']
}): ConfigInput => ({
  env: given.env ?? {},
  flags: given.flags ?? {},
  ...(given.file === undefined ? {} : { file: { place: 'conf.yaml', text: given.file } }),
})

test('nothing given: every default, durations in milliseconds', () => {
  const { config, problems } = loadConfig(input({}))
  assert.deepEqual(problems, [])
  assert.deepEqual(config, {
    clusterName: 'kubernetes',
    adopt: false,
    policy: 'sync',
    leaseNamespace: 'kube-system',
    leaseName: 'lb-controller',
    listInterval: 300_000,
    driftPeriod: 3_600_000,
    grace: 600_000,
    removeOrphans: false,
    orphanGrace: 3_600_000,
    concurrency: 8,
    httpAddress: ':8080',
    pageAddress: 'off',
    pageHosts: [],
    logLevel: 'info',
    logFormat: 'json',
    ...defaultConfigs,
  })
})

test('a flag outranks a variable, a variable the file, the file a default', () => {
  const file = 'clusterName: file\nleaseName: file\nlogLevel: debug\n'
  const env = { LB_CONTROLLER_CLUSTER_NAME: 'env', LB_CONTROLLER_LEASE_NAME: 'env' }
  const { config } = loadConfig(input({ file, env, flags: { clusterName: 'flag' } }))
  assert.equal(config?.clusterName, 'flag')
  assert.equal(config.leaseName, 'env')
  assert.equal(config.logLevel, 'debug')
  assert.equal(config.logFormat, 'json')
})

interface Reading {
  readonly name: string
  readonly given: Parameters<typeof input>[0]
  readonly reads: object
}

const readings: readonly Reading[] = [
  { name: 'compound durations', given: { flags: { grace: '1h30m' } }, reads: { grace: 5_400_000 } },
  { name: 'no grace at all', given: { file: 'grace: 0s' }, reads: { grace: 0 } },
  {
    name: 'a number as a text',
    given: { env: { LB_CONTROLLER_CONCURRENCY: '16' } },
    reads: { concurrency: 16 },
  },
  { name: 'a switch', given: { flags: { adopt: true } }, reads: { adopt: true } },
  { name: 'a switch in a variable', given: { env: { LB_CONTROLLER_ADOPT: 'true' } }, reads: { adopt: true } },
  {
    name: 'an empty variable as none',
    given: { env: { LB_CONTROLLER_POLICY: '' } },
    reads: { policy: 'sync' },
  },
  { name: 'an empty entry as none', given: { file: 'policy:\naws:\n' }, reads: { policy: 'sync' } },
  {
    name: 'an IPv6 address',
    given: { flags: { httpAddress: '[::1]:0' } },
    reads: { httpAddress: '[::1]:0' },
  },
  {
    name: "a provider's own",
    given: {
      file: 'aws:\n  region: eu-west-1\n  tags: { team: net }\n',
      env: { LB_CONTROLLER_AWS_VPC_ID: 'vpc-1' },
      flags: { 'aws.nodeSecurityGroups': 'sg-1, sg-2' },
    },
    reads: {
      aws: {
        ...defaultConfigs.aws,
        region: 'eu-west-1',
        vpcId: 'vpc-1',
        defaultScheme: 'internet-facing',
        nodeSecurityGroups: ['sg-1', 'sg-2'],
        tags: { team: 'net' },
      },
    },
  },
  {
    name: 'a map in a flag',
    given: { flags: { 'aws.tags': 'team=net,cost=a=b' } },
    reads: {
      aws: { ...defaultConfigs.aws, tags: { team: 'net', cost: 'a=b' } },
    },
  },
  { name: 'JSON', given: { file: '{"policy": "plan-only"}' }, reads: { policy: 'plan-only' } },
]

for (const { name, given, reads } of readings)
  test(`reads ${name}`, () => {
    const { config, problems } = loadConfig(input(given))
    assert.deepEqual(problems, [])
    assert.deepEqual({ ...config, ...reads }, config)
  })

interface Refusal {
  readonly name: string
  readonly given: Parameters<typeof input>[0]
  readonly says: readonly string[]
}

const refusals: readonly Refusal[] = [
  {
    name: 'a word that is none',
    given: { file: '# ours\npolicy: plan_only\n' },
    says: [
      'conf.yaml:2:1 LB_CONFIG error: policy cannot be "plan_only"',
      '  at: policy = "plan_only"',
      '  accepted: sync or plan-only',
      '  hint: did you mean plan-only?',
    ],
  },
  {
    name: 'a duration without a unit',
    given: { flags: { grace: '10' } },
    says: [
      '--grace LB_CONFIG error: grace cannot be "10"',
      '  at: grace = "10"',
      '  accepted: a duration such as 10m, at least 0s',
    ],
  },
  {
    name: 'a period that would wear the cloud out',
    given: { env: { LB_CONTROLLER_LIST_INTERVAL: '1s' } },
    says: [
      'LB_CONTROLLER_LIST_INTERVAL LB_CONFIG error: listInterval cannot be "1s"',
      '  at: listInterval = "1s"',
      '  accepted: a duration such as 5m, at least 10s',
    ],
  },
  {
    name: 'a number out of range',
    given: { file: 'concurrency: 0\n' },
    says: [
      'conf.yaml:1:1 LB_CONFIG error: concurrency cannot be 0',
      '  at: concurrency = "0"',
      '  accepted: a whole number from 1 to 64',
    ],
  },
  {
    name: 'a misspelt setting in the file',
    given: { file: 'clusterNmae: x\n' },
    says: [
      'conf.yaml:1:1 LB_CONFIG_UNKNOWN error: there is no setting clusterNmae',
      '  at: clusterNmae',
      '  hint: did you mean clusterName?',
    ],
  },
  {
    name: "a misspelt setting of a provider's",
    given: { file: 'aws:\n  regoin: us-east-1\n' },
    says: [
      'conf.yaml:2:3 LB_CONFIG_UNKNOWN error: there is no setting aws.regoin',
      '  at: aws.regoin',
      '  hint: did you mean aws.region?',
    ],
  },
  {
    name: 'a region that is none, where it was written',
    given: { env: { LB_CONTROLLER_AWS_REGION: 'Ireland' } },
    says: [
      'LB_CONTROLLER_AWS_REGION LB_CONFIG error: "Ireland" does not have the form that this setting needs',
      '  at: aws.region = "Ireland"',
      '  accepted: a region such as us-east-1',
    ],
  },
  {
    name: "a text where a provider's settings should be",
    given: { file: 'aws: us-east-1\n' },
    says: [
      'conf.yaml:1:1 LB_CONFIG error: aws cannot be "us-east-1"',
      '  at: aws',
      '  accepted: a map of settings',
    ],
  },
  {
    name: 'a list as a file',
    given: { file: '- policy\n' },
    says: ['conf.yaml:1:1 LB_CONFIG error: the file cannot be ["policy"]', '  accepted: a map of settings'],
  },
  {
    name: 'a list of tags as a map with nothing in it, beside another slip',
    given: { file: 'aws:\n  tags: {a: 1, b: null}\ngrace: soon\n' },
    says: [
      'conf.yaml:3:1 LB_CONFIG error: grace cannot be "soon"',
      '  at: grace = "soon"',
      '  accepted: a duration such as 10m, at least 0s',
      'conf.yaml:2:3 LB_CONFIG error: aws.tags cannot be {"a":1,"b":null}',
      '  at: aws.tags = "{\\"a\\":1,\\"b\\":null}"',
      '  accepted: a map of texts; as a flag or variable, key=value with commas between them',
    ],
  },
  {
    name: 'a second document, whose settings nobody would read',
    given: { file: 'policy: sync\n---\npolicy: plan-only\n' },
    says: [
      'conf.yaml:3:1 LB_CONFIG error: settings are one document, and this is another one',
      '  hint: write all of them into the first one, without "---" between them',
    ],
  },
  {
    name: 'a file that does not parse',
    given: { file: 'policy: "sync\n' },
    says: ['conf.yaml:2:1 LB_FILE_UNPARSABLE error: Missing closing "quote'],
  },
]

for (const { name, given, says } of refusals)
  test(`refuses ${name}, and says where it stands`, () => {
    const { config, problems } = loadConfig(input(given))
    assert.equal(config, undefined)
    const text = problems.map((located) => problemText(located, plain)).join('')
    assert.deepEqual(text.trimEnd().split('\n'), says)
  })

test('whatever a setting is given, what is not accepted is told, and the others are looked at', () => {
  const odd: readonly unknown[] = [
    null,
    '',
    ' ',
    0,
    -1,
    1.5,
    true,
    [],
    [null],
    [[]],
    {},
    { a: null },
    { a: {} },
  ]
  for (const path of [...settings.keys()].filter((one) => one !== 'leaseName'))
    for (const value of odd) {
      const [group, name] = path.split('.')
      const file = JSON.stringify({
        leaseName: 'Not A Name',
        ...(name === undefined ? { [path]: value } : { [group ?? '']: { [name]: value } }),
      })
      const { config, problems } = loadConfig(input({ file }))
      assert.equal(config, undefined)
      const told = problems.map(({ problem }) => problem.path.replace(/\[.*$/, ''))
      assert.ok(told.includes('leaseName'), `${path}: ${file}`)
      // An empty one is as good as none; anything else is this setting's fault, or nobody's.
      assert.deepEqual(
        told.filter((one) => one !== 'leaseName' && one !== path),
        [],
        file,
      )
    }
})

test('a variable that is nearly a setting is pointed out; those that a cluster injects are not', () => {
  const env = {
    LB_CONTROLLER_POLCIY: 'plan-only',
    LB_CONTROLLER_SERVICE_HOST: '10.96.0.9',
    LB_CONTROLLER_PORT: 'tcp://10.96.0.9:80',
    LB_CONTROLLER_PORT_80_TCP_ADDR: '10.96.0.9',
    LB_CONTROLLER_CONFIG: 'conf.yaml',
  }
  const { config, problems } = loadConfig(input({ env }))
  assert.equal(config?.policy, 'sync')
  assert.deepEqual(
    problems.map(({ place, problem }) => [place, problem.severity, problem.hint]),
    [['LB_CONTROLLER_POLCIY', 'warning', 'did you mean LB_CONTROLLER_POLICY?']],
  )
})
