import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { CreateListenerInput, ModifyListenerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { defaultCertificate } from '../../../localstack/aws/state/seed.ts'
import { forward, refusal, startRig } from './rig.ts'

const certificate = defaultCertificate('us-east-1', '123456789012')
const foreign = defaultCertificate('eu-west-1', '123456789012')
const second = certificate.replace('11111111', '22222222')

suite('aws: rows of listeners', () => {
  test('CreateListener same port', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const LoadBalancerArn = await balancer()
    const tcp = await group('tcp')
    const udp = await group('udp', 'UDP')
    const first = await listener(LoadBalancerArn, tcp, 80)
    assert.equal(await listener(LoadBalancerArn, tcp, 80), first, 'idempotent if equal')
    assert.equal(await refusal(listener(LoadBalancerArn, await group('tcp-2'), 80)), 'DuplicateListener')
    const other = { LoadBalancerArn, Protocol: 'UDP', Port: 80, DefaultActions: forward(udp) } as const
    assert.equal(await refusal(elb.createListener(other)), 'DuplicateListener')
  })

  test('CreateListener TLS without cert / bogus policy / UDP listener + TCP TG / TG of another LB', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const LoadBalancerArn = await balancer()
    const tcp = await group('tcp')
    const used = await group('used')
    await listener(await balancer('other'), used)
    const Certificates = [{ CertificateArn: certificate }]
    const tls = { Protocol: 'TLS', Certificates } as const
    const rows: [string, Partial<CreateListenerInput>, string][] = [
      ['no certificate', { Protocol: 'TLS' }, 'ValidationError'],
      ['of another region', { ...tls, Certificates: [{ CertificateArn: foreign }] }, 'CertificateNotFound'],
      ['bogus policy', { ...tls, SslPolicy: 'ELBSecurityPolicy-bogus' }, 'SSLPolicyNotFound'],
      ['bogus ALPN', { ...tls, AlpnPolicy: ['HTTP3Only'] }, 'ALPNPolicyNotFound'],
      ['certificate on TCP', { Protocol: 'TCP', Certificates }, 'ValidationError'],
      ['UDP to TCP', { Protocol: 'UDP' }, 'IncompatibleProtocols'],
      ['TCP_UDP to TCP', { Protocol: 'TCP_UDP' }, 'IncompatibleProtocols'],
      ['HTTP on an NLB', { Protocol: 'HTTP' }, 'ValidationError'],
      ['of another LB', { Protocol: 'TCP', DefaultActions: forward(used) }, 'TargetGroupAssociationLimit'],
      ['no port', { Protocol: 'TCP', Port: undefined }, 'ValidationError'],
      ['fine', tls, 'ok'],
    ]
    for (const [name, input, code] of rows) {
      const base = { LoadBalancerArn, Port: 443, DefaultActions: forward(tcp) }
      assert.equal(await refusal(elb.createListener({ ...base, ...input })), code, name)
    }
  })

  test('SslPolicy', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const LoadBalancerArn = await balancer()
    const groupArn = await group()
    await listener(LoadBalancerArn, groupArn, 80)
    await elb.createListener({
      LoadBalancerArn,
      Protocol: 'TLS',
      Port: 443,
      DefaultActions: forward(groupArn),
      Certificates: [{ CertificateArn: certificate }],
    })
    const { Listeners } = await elb.describeListeners({ LoadBalancerArn })
    assert.deepEqual(
      Listeners?.map((shown) => shown.SslPolicy),
      [undefined, 'ELBSecurityPolicy-2016-08'],
    )
    const known = await elb.describeSSLPolicies({ Names: ['ELBSecurityPolicy-2016-08'] })
    assert.equal(known.SslPolicies?.length, 1)
    assert.equal(await refusal(elb.describeSSLPolicies({ Names: ['bogus'] })), 'SSLPolicyNotFound')
  })

  test('ModifyListener protocol UDP, TLS, TCP_UDP', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const ListenerArn = await listener(await balancer(), await group())
    const both = await group('both', 'TCP_UDP')
    const modify = async (input: Omit<ModifyListenerInput, 'ListenerArn'>) => {
      const { Listeners } = await elb.modifyListener({ ListenerArn, ...input })
      return [Listeners?.[0]?.Protocol, Listeners?.[0]?.Certificates?.length ?? 0]
    }
    const Certificates = [{ CertificateArn: certificate }]
    assert.deepEqual(await modify({ Protocol: 'TLS', Certificates }), ['TLS', 1])
    assert.deepEqual(await modify({ Protocol: 'TCP_UDP', DefaultActions: forward(both) }), ['TCP_UDP', 0])
    assert.deepEqual(await modify({ Protocol: 'UDP' }), ['UDP', 0])
    assert.equal(await refusal(modify({ Protocol: 'TLS', Certificates })), 'IncompatibleProtocols')
  })

  test('ModifyListener AlpnPolicy; certificates on TLS', async (t) => {
    const { cloud, elb, balancer, group } = await startRig(t)
    cloud.addCertificate(second)
    const created = await elb.createListener({
      LoadBalancerArn: await balancer(),
      Protocol: 'TLS',
      Port: 443,
      DefaultActions: forward(await group()),
      Certificates: [{ CertificateArn: certificate }],
    })
    const ListenerArn = created.Listeners?.[0]?.ListenerArn ?? ''
    await elb.addListenerCertificates({ ListenerArn, Certificates: [{ CertificateArn: second }] })
    const two = [{ CertificateArn: second }, { CertificateArn: certificate }]
    assert.equal(
      await refusal(elb.addListenerCertificates({ ListenerArn, Certificates: two })),
      'ValidationError',
      'one certificate a call',
    )
    const certificates = async () =>
      (await elb.describeListenerCertificates({ ListenerArn })).Certificates?.map(
        (shown) => `${shown.CertificateArn?.slice(-36, -28)} ${shown.IsDefault}`,
      )
    assert.deepEqual(await certificates(), ['11111111 true', '22222222 false'])
    const { Listeners } = await elb.modifyListener({
      ListenerArn,
      AlpnPolicy: ['HTTP2Preferred'],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      Certificates: [{ CertificateArn: second }],
    })
    assert.deepEqual(Listeners?.[0]?.AlpnPolicy, ['HTTP2Preferred'])
    assert.equal(Listeners?.[0]?.SslPolicy, 'ELBSecurityPolicy-TLS13-1-2-2021-06')
    assert.deepEqual(await certificates(), ['22222222 true'])
    const remove = elb.removeListenerCertificates({ ListenerArn, Certificates: [{ CertificateArn: second }] })
    assert.equal(await refusal(remove), 'OperationNotPermitted')
  })

  test('ModifyListener to a port in use', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const arn = await balancer()
    const groupArn = await group()
    await listener(arn, groupArn, 80)
    const ListenerArn = await listener(arn, groupArn, 81)
    assert.equal(await refusal(elb.modifyListener({ ListenerArn, Port: 80 })), 'DuplicateListener')
    assert.equal((await elb.modifyListener({ ListenerArn, Port: 82 })).Listeners?.[0]?.Port, 82)
  })

  test('DescribeListeners / DescribeTargetGroups PageSize', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const LoadBalancerArn = await balancer()
    const groupArn = await group('tg-1')
    for (const port of [80, 81, 82]) await listener(LoadBalancerArn, groupArn, port)
    const first = await elb.describeListeners({ LoadBalancerArn, PageSize: 2 })
    const rest = await elb.describeListeners({ LoadBalancerArn, PageSize: 2, Marker: first.NextMarker ?? '' })
    assert.deepEqual(
      [first, rest].map((page) => page.Listeners?.map((shown) => shown.Port)),
      [[80, 81], [82]],
    )
    assert.equal(rest.NextMarker, undefined)
    await group('tg-2')
    const one = await elb.describeTargetGroups({ PageSize: 1 })
    await elb.createTargetGroup({ Name: 'tg-3', Protocol: 'TCP', Port: 1, VpcId: 'vpc-0a1' })
    const more = await elb.describeTargetGroups({ PageSize: 9, Marker: one.NextMarker ?? '' })
    assert.deepEqual(
      [one, more].map((page) => page.TargetGroups?.map((shown) => shown.TargetGroupName)),
      [['tg-1'], ['tg-2', 'tg-3']],
    )
    for (const PageSize of [0, 401])
      assert.equal(await refusal(elb.describeLoadBalancers({ PageSize })), 'ValidationError')
    assert.equal(await refusal(elb.describeLoadBalancers({ Marker: 'bogus' })), 'ValidationError')
  })

  test('listener attributes: idle time-out of TCP only', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const ListenerArn = await listener(await balancer(), await group())
    const set = (Key: string, Value: string) =>
      refusal(elb.modifyListenerAttributes({ ListenerArn, Attributes: [{ Key, Value }] }))
    assert.equal(await set('tcp.idle_timeout.seconds', '59'), 'ValidationError')
    assert.equal(await set('bogus', '59'), 'ValidationError')
    assert.equal(await set('tcp.idle_timeout.seconds', '60'), 'ok')
    const { Attributes } = await elb.describeListenerAttributes({ ListenerArn })
    assert.deepEqual(Attributes, [{ Key: 'tcp.idle_timeout.seconds', Value: '60' }])
  })

  test('UDP on dualstack needs a prefix for source NAT', async (t) => {
    const { elb, balancer, group } = await startRig(t)
    const udp = await group('udp', 'UDP')
    const listen = (LoadBalancerArn: string) =>
      refusal(
        elb.createListener({ LoadBalancerArn, Protocol: 'UDP', Port: 53, DefaultActions: forward(udp) }),
      )
    const plain = await balancer('plain', { IpAddressType: 'dualstack' })
    assert.equal(await listen(plain), 'InvalidConfigurationRequest')
    const natted = { IpAddressType: 'dualstack', EnablePrefixForIpv6SourceNat: 'on' } as const
    assert.equal(await listen(await balancer('natted', natted)), 'ok')
  })
})
