import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceSpec } from '../../src/model/objects.ts'
import type { Capabilities } from '../../src/provider/blueprint.ts'
import type { Subject } from './subject.ts'

interface Row {
  readonly flag: keyof Capabilities
  readonly asks: string
  readonly spec: ServiceSpec
  /** What a provider that cannot says; a warning does not stop the Service. */
  readonly without: { readonly code: string; readonly severity: 'error' | 'warning' }
}

const port = (protocol: string, number = 80) => ({
  name: `p${number}-${protocol.toLowerCase()}`,
  port: number,
  protocol,
})

const rows: readonly Row[] = [
  {
    flag: 'udp',
    asks: 'a UDP port',
    spec: { ports: [port('UDP', 53)] },
    without: { code: 'LB_PROTOCOL_UNSUPPORTED', severity: 'error' },
  },
  {
    flag: 'mixedProtocols',
    asks: 'TCP and UDP on ports of their own',
    spec: { ports: [port('TCP'), port('UDP', 53)] },
    without: { code: 'LB_MIXED_PROTOCOLS', severity: 'error' },
  },
  {
    flag: 'sourceRanges',
    asks: 'source ranges',
    spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] },
    without: { code: 'LB_SOURCE_RANGE_UNSUPPORTED', severity: 'error' },
  },
  {
    flag: 'requestedAddress',
    asks: 'an address of its own',
    spec: { loadBalancerIP: '192.0.2.7' },
    without: { code: 'LB_ADDRESS_IGNORED', severity: 'warning' },
  },
  {
    flag: 'sessionAffinity',
    asks: 'affinity by client address',
    spec: { sessionAffinity: 'ClientIP' },
    without: { code: 'LB_AFFINITY_IGNORED', severity: 'warning' },
  },
]

/** What a provider says it can, it does; what it cannot, it says, and never in silence. */
export function capabilitySuite(subject: Subject): void {
  for (const { flag, asks, spec, without } of rows) {
    const can = subject.can[flag]
    test(`${subject.name}: ${asks} is ${can ? 'carried out' : `answered with ${without.code}`}`, async () => {
      const { bed, cloud } = subject.make()
      bed.start()
      bed.apply('web', spec)
      await bed.calm()
      const condition = bed.condition('web')
      const stops = !can && without.severity === 'error'
      assert.equal(condition?.status, stops ? 'False' : 'True', condition?.message)
      assert.equal(cloud.writes().length > 0, !stops)
      assert.equal(condition?.message.includes(without.code), !can, condition?.message)
      await bed.stop()
    })
  }
}
