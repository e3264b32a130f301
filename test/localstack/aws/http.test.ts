import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { refusal, startRig } from './rig.ts'

const describe = 'Action=DescribeVpcs&Version=2016-11-15'
const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=test' }

suite('aws: over HTTP', () => {
  test('a call without credentials is refused', async (t) => {
    const { url } = await startRig(t)
    const refused = await fetch(url, { method: 'POST', body: describe })
    assert.equal(refused.status, 403)
    assert.match(await refused.text(), /<Code>MissingAuthenticationToken<\/Code>/)
    const served = await fetch(url, { method: 'POST', body: describe, headers })
    assert.equal(served.status, 200)
  })

  test('unknown actions, versions and parameters are refused', async (t) => {
    const { url } = await startRig(t)
    const code = async (body: string) => {
      const answer = await fetch(url, { method: 'POST', body, headers })
      return /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1]
    }
    assert.equal(await code(`${describe}&Bogus.1=x`), 'UnknownParameter')
    assert.equal(await code(`${describe}&MaxResults=five`), 'InvalidParameterValue')
    assert.equal(await code('Action=Bogus&Version=2016-11-15'), 'InvalidAction')
    assert.equal(await code('Action=DescribeVpcs&Version=2012-06-01'), 'InvalidAction')
    assert.equal(
      await code('Action=CreateLoadBalancer&Version=2015-12-01&Name=web&Subnets.1=subnet-0priv0a'),
      'ValidationError',
    )
  })

  test('request ids arrive with answers and with errors', async (t) => {
    const { elb } = await startRig(t)
    const answer = await elb.describeLoadBalancers({})
    assert.equal(answer.$metadata.httpStatusCode, 200)
    await assert.rejects(elb.describeLoadBalancers({ Names: ['x'] }), (error: { $metadata: object }) => {
      assert.match(JSON.stringify(error.$metadata), /"requestId":"00000000-0000-4000-8000-000000000001"/)
      return true
    })
  })

  test('another process can look, and turn the switches', async (t) => {
    const { url, elb, group } = await startRig(t)
    const read = async (path: string): Promise<unknown> => (await fetch(`${url}/_/${path}`)).json()
    const post = async (path: string, body: object) =>
      (await fetch(`${url}/_/${path}`, { method: 'POST', body: JSON.stringify(body) })).status
    assert.equal(await post('instances', { add: [{ id: 'i-0a' }, { id: 'i-0b' }], remove: ['i-0b'] }), 200)
    const TargetGroupArn = await group('web-80')
    await elb.registerTargets({ TargetGroupArn, Targets: [{ Id: 'i-0a' }] })
    const { targetGroups } = (await read('dump')) as { targetGroups: Record<string, { targets: string[] }> }
    assert.deepEqual(targetGroups['web-80']?.targets, ['i-0a:30080'])

    assert.equal(await post('switches', { deny: ['DescribeTags'], cut: { call: 1, effect: 'after' } }), 200)
    assert.equal(await refusal(elb.describeTags({ ResourceArns: [TargetGroupArn] })), 'AccessDenied')
    assert.equal(await refusal(elb.deleteTargetGroup({ TargetGroupArn })), 'ECONNRESET')
    assert.equal(await post('switches', { bogus: 1 }), 400)
    assert.equal(await post('nowhere', {}), 404)
    const log = (await read('log')) as { action: string; outcome: string }[]
    assert.deepEqual(
      log.map((entry) => `${entry.action} ${entry.outcome}`),
      [
        'CreateTargetGroup ok',
        'RegisterTargets ok',
        'DescribeTags AccessDenied',
        'DeleteTargetGroup cut after',
      ],
    )
  })
})
