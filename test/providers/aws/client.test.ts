import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createClient } from '../../../providers/aws/client.ts'
import { defaultConfig } from '../../../providers/aws/config.ts'

const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']
const files = { AWS_CONFIG_FILE: 'nowhere', AWS_SHARED_CREDENTIALS_FILE: 'nowhere' }
const kept = { ...process.env }
const signal = new AbortController().signal

before(() => Object.assign(process.env, files, { AWS_EC2_METADATA_DISABLED: 'true' }))
after(() => {
  for (const key of Object.keys(process.env)) if (!(key in kept)) delete process.env[key]
  Object.assign(process.env, kept)
})

/** Answers every request with one status and text, and counts them. */
async function answering(status: number, text: string) {
  const server = createServer((request, response) => {
    seen.count++
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'text/xml' }).end(text))
  })
  const seen = { count: 0, endpoint: '', close: () => server.close() }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  seen.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return seen
}

test('the SDK is asked once, and its refusal becomes ours', async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
  const text =
    '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>'
  const server = await answering(400, text)
  const api = createClient({ ...defaultConfig, region: 'us-east-1', endpoint: server.endpoint })
  await assert.rejects(api.call('DescribeLoadBalancers', {}, signal), {
    kind: 'throttled',
    code: 'Throttling',
    op: 'elasticloadbalancing:DescribeLoadBalancers',
    sent: 'no',
  })
  assert.equal(server.count, 1, 'a retry is our queue’s business')
  server.close()
})

test('a region that nothing tells is told as that, with what to set', async () => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) delete process.env[name]
  await assert.rejects(createClient(defaultConfig).call('DescribeLoadBalancers', {}, signal), {
    kind: 'denied',
    code: 'RegionMissing',
    sent: 'no',
    message: /was not sent: no AWS region is known; set AWS_REGION, or aws\.region/,
  })
})

test('nobody listens there: nothing was sent', async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
  const server = await answering(200, '')
  server.close()
  const api = createClient({ ...defaultConfig, region: 'us-east-1', endpoint: server.endpoint })
  await assert.rejects(api.call('DescribeSubnets', { Filters: [] }, signal), {
    kind: 'transient',
    op: 'ec2:DescribeSubnets',
    sent: 'no',
  })
})

test('who brings an endpoint and a key is not led elsewhere by the environment', async () => {
  for (const key of keys) delete process.env[key]
  const elsewhere = {
    AWS_ENDPOINT_URL: 'http://192.0.2.1',
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: 'http://192.0.2.1',
    AWS_USE_FIPS_ENDPOINT: 'true',
    AWS_PROFILE: 'work',
  }
  Object.assign(process.env, elsewhere)
  const server = await answering(400, '<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>')
  try {
    const key = { accessKeyId: 'none', secretAccessKey: 'none' }
    const api = createClient({ region: 'us-east-1', endpoint: server.endpoint }, key)
    await assert.rejects(api.call('DescribeLoadBalancers', {}, signal), { code: 'Throttling' })
    assert.equal(server.count, 1)
  } finally {
    for (const name of Object.keys(elsewhere)) delete process.env[name]
    server.close()
  }
})

test('without credentials a sentence says so', async () => {
  for (const key of keys) delete process.env[key]
  const server = await answering(200, '')
  const api = createClient({ ...defaultConfig, region: 'us-east-1', endpoint: server.endpoint })
  await assert.rejects(api.call('DescribeLoadBalancers', {}, signal), {
    kind: 'denied',
    sent: 'no',
    message: /DescribeLoadBalancers was not sent: no AWS credentials were found/,
  })
  assert.equal(server.count, 0)
  server.close()
})

interface Where {
  readonly name: string
  /** What names the server that must be asked, and what names another one, which must hear nothing. */
  readonly right: readonly string[]
  readonly wrong: readonly string[]
  readonly action: 'DescribeLoadBalancers' | 'DescribeSubnets'
}

const whereabouts: readonly Where[] = [
  { name: 'AWS_ENDPOINT_URL', right: ['AWS_ENDPOINT_URL'], wrong: [], action: 'DescribeLoadBalancers' },
  { name: 'AWS_ENDPOINT_URL, of EC2', right: ['AWS_ENDPOINT_URL'], wrong: [], action: 'DescribeSubnets' },
  { name: 'aws.endpoint', right: ['aws.endpoint'], wrong: ['AWS_ENDPOINT_URL'], action: 'DescribeSubnets' },
  {
    name: 'aws.endpoint before the variable of one service',
    right: ['aws.endpoint'],
    wrong: ['AWS_ENDPOINT_URL_EC2'],
    action: 'DescribeSubnets',
  },
  {
    name: 'load balancers apart',
    right: ['AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2'],
    wrong: ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_EC2'],
    action: 'DescribeLoadBalancers',
  },
  {
    name: 'EC2 apart',
    right: ['AWS_ENDPOINT_URL_EC2'],
    wrong: ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2'],
    action: 'DescribeSubnets',
  },
]

for (const { name, right, wrong, action } of whereabouts)
  test(`where AWS answers: ${name}`, async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
    const text = `<${action}Response><${action}Result></${action}Result></${action}Response>`
    const [asked, silent] = [await answering(200, text), await answering(200, text)]
    const all = Object.fromEntries([
      ...wrong.map((one) => [one, silent.endpoint]),
      ...right.map((one) => [one, asked.endpoint]),
    ]) as Readonly<Record<string, string>>
    const { 'aws.endpoint': endpoint, ...variables } = all
    Object.assign(process.env, variables)
    try {
      const config = {
        ...defaultConfig,
        region: 'us-east-1',
        ...(endpoint === undefined ? {} : { endpoint }),
      }
      await createClient(config).call(action, action === 'DescribeSubnets' ? { Filters: [] } : {}, signal)
      assert.deepEqual([asked.count, silent.count], [1, 0])
    } finally {
      for (const variable of Object.keys(variables)) delete process.env[variable]
      asked.close()
      silent.close()
    }
  })
