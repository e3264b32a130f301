import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invoke } from './invoke.ts'

const service = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'edge' },
  spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
})
const dryRun = (...args: readonly string[]) => invoke(['dry-run', '-', ...args], { stdin: service })

test('where nothing names a cloud all are shown, each under its heading, and a line says how to pick', async () => {
  const { code, out } = await dryRun()
  assert.equal(code, 0)
  assert.match(out, /^shown for aws, gcp, azure, openstack, local: .*; --provider picks$/m)
  assert.deepEqual(
    [...out.matchAll(/^=== (\w+) ===$/gm)].map(([, name]) => name),
    ['aws', 'gcp', 'azure', 'openstack', 'local'],
  )
})

test('several clouds in the order in which they were asked for, each once', async () => {
  const { out } = await dryRun('--provider', 'gcp, aws,gcp', '-o', 'json')
  const { plans } = JSON.parse(out) as { plans: { provider: string }[] }
  assert.deepEqual(
    plans.map(({ provider }) => provider),
    ['gcp', 'aws'],
  )
})

test('a cloud that run cannot drive yet ends its plan by saying so; one that it can does not', async () => {
  const { out } = await dryRun('--provider', 'aws,gcp')
  assert.match(out, /^gcp: \d+ to create.*\ngcp: .*"run" cannot make it yet$/m)
  assert.doesNotMatch(out, /^aws: .*cannot/m)
})

test('of several clouds, one that does not exist is an error, and the others are shown', async () => {
  const { code, out, err } = await dryRun('--provider', 'awss,aws')
  assert.equal(code, 1)
  assert.match(err, /LB_PROVIDER_UNKNOWN error.*awss[^]*did you mean aws\?/)
  assert.match(out, /^aws: \d+ to create/m)
})

test('a problem that all clouds have is said once, with their names as data', async () => {
  const stdin = service.replace('"port":80', '"port":99999')
  const { err } = await invoke(['dry-run', '-'], { stdin })
  assert.equal(err.match(/LB_PORT_RANGE/g)?.length, 1)
  const { out } = await invoke(['dry-run', '-', '-o', 'json'], { stdin })
  const { problems } = JSON.parse(out) as { problems: { code: string; providers: string[] }[] }
  assert.deepEqual(
    problems.map(({ code, providers }) => [code, providers]),
    [['LB_PORT_RANGE', ['aws', 'gcp', 'azure', 'openstack', 'local']]],
  )
})

const compared = async (stdin: string, ...args: readonly string[]) => {
  const { code, out } = await invoke(['dry-run', '-', '--compare', '-o', 'json', ...args], { stdin })
  return [code, (JSON.parse(out) as { clouds: string[] }).clouds] as const
}

test('a comparison is of all clouds unless some are picked, and fails as a dry run does', async () => {
  assert.deepEqual(await compared(service), [0, ['aws', 'gcp', 'azure', 'openstack', 'local']])
  assert.deepEqual(await compared(service, '--provider', 'openstack,aws'), [0, ['openstack', 'aws']])
  assert.equal((await compared(service.replace('"port":80', '"port":99999')))[0], 1)
})
