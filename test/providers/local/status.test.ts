import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statusFor } from '../../../providers/local/status.ts'
import type { LoadBalancerStatus } from '../../../src/model/objects.ts'
import type { Observed } from '../../../src/plan/resource.ts'

const web = { uid: 'u-web', name: 'shop/web' }
const api = { uid: 'u-api', name: 'shop/api' }

const object = (kind: string, id: string, fields: Partial<Observed>): Observed => ({
  stack: 's',
  kind,
  key: id,
  spec: {},
  owners: [],
  id,
  out: {},
  state: 'ready',
  serving: true,
  depth: 'read',
  asOf: 0,
  ...fields,
})
const address = (id: string, ip: string | undefined, fields: Partial<Observed> = {}): Observed =>
  object('address', id, { out: ip === undefined ? {} : { address: ip }, ...fields })
const listener = (on: string, port: unknown, fields: Partial<Observed> = {}, protocol = 'TCP'): Observed =>
  object('listener', `${on}/${protocol}/${String(port)}`, {
    spec: { addressId: on, protocol, port: port as number },
    owners: [web],
    ...fields,
  })

const at = (ip: string, ...ports: readonly object[]) => ({
  ip,
  ipMode: 'Proxy',
  ...(ports.length === 0 ? {} : { ports }),
})
const tcp = (port: number) => ({ port, protocol: 'TCP' })
const published = { ingress: [{ ip: '10.0.0.1', ipMode: 'Proxy', ports: [tcp(80)] }] } as LoadBalancerStatus
const settled = { converged: true, deleting: false }
const unsettled = { converged: false, deleting: false }

const rows: readonly {
  readonly name: string
  readonly observed: readonly Observed[]
  readonly outcome?: { readonly converged: boolean; readonly deleting: boolean }
  readonly current?: LoadBalancerStatus
  readonly gives: object
}[] = [
  {
    name: 'its address, and the ports on it in order',
    observed: [
      address('a', '10.0.0.1', { owners: [api, web] }),
      listener('a', 443),
      listener('a', 80),
      listener('a', 53),
      listener('a', 53, {}, 'UDP'),
    ],
    gives: {
      ingress: [at('10.0.0.1', tcp(53), { port: 53, protocol: 'UDP' }, tcp(80), tcp(443))],
    },
  },
  {
    name: 'UDP before TCP in the list is after it in the status',
    observed: [address('a', '10.0.0.1', { owners: [web] }), listener('a', 53, {}, 'UDP'), listener('a', 53)],
    gives: { ingress: [at('10.0.0.1', tcp(53), { port: 53, protocol: 'UDP' })] },
  },
  {
    name: 'an address that it shares and does not own, by its listener; nothing of the others',
    observed: [
      address('a', '10.0.0.1', { owners: [api] }),
      address('b', '10.0.0.2', { owners: [api] }),
      listener('a', 80),
      listener('a', 81, { owners: [api] }),
      listener('b', 82, { owners: [api] }),
    ],
    gives: { ingress: [at('10.0.0.1', tcp(80))] },
  },
  {
    name: 'two addresses, in order, each with its own ports',
    observed: [
      address('b', '10.0.0.2', { owners: [web] }),
      address('a', '10.0.0.1', { owners: [web] }),
      listener('b', 80),
    ],
    gives: { ingress: [at('10.0.0.1'), at('10.0.0.2', tcp(80))] },
  },
  {
    name: 'a port that is not served is told to be so',
    observed: [
      address('a', '10.0.0.1', { owners: [web] }),
      listener('a', 80, { out: { failure: 'in use' } }),
      listener('a', 81),
    ],
    gives: { ingress: [at('10.0.0.1', { ...tcp(80), error: 'lb-controller.io/NotServed' }, tcp(81))] },
  },
  {
    name: 'a port that nobody knows yet is left out',
    observed: [
      address('a', '10.0.0.1', { owners: [web] }),
      listener('a', { $unknown: 'why' }),
      object('listener', 'l', {
        owners: [web],
        spec: { addressId: 'a', port: 81, protocol: { $unknown: 'x' } },
      }),
    ],
    gives: { ingress: [at('10.0.0.1')] },
  },
  {
    name: 'an address that is not given out yet',
    observed: [address('a', undefined, { owners: [web] })],
    current: published,
    gives: {},
  },
  { name: 'nothing is there, and nothing is to be', observed: [], current: published, gives: {} },
  {
    name: 'until all is in place nothing new is told',
    observed: [address('a', '10.0.0.1', { owners: [web] }), listener('a', 80)],
    outcome: unsettled,
    gives: {},
  },
  {
    name: 'what was told stays through an edit, with its ports',
    observed: [
      address('a', '10.0.0.1', { owners: [web] }),
      address('b', '10.0.0.2', { owners: [web] }),
      listener('a', 81),
    ],
    outcome: unsettled,
    current: published,
    gives: published,
  },
  {
    name: 'what was told stays while its address is not seen',
    observed: [],
    outcome: unsettled,
    current: published,
    gives: published,
  },
  {
    name: 'what is being deleted is told until its address has gone',
    observed: [address('a', '10.0.0.9', { owners: [web] })],
    outcome: { converged: true, deleting: true },
    current: published,
    gives: published,
  },
  {
    name: 'what has been deleted is told no longer',
    observed: [address('a', '10.0.0.1', { owners: [api] }), listener('a', 80, { owners: [api] })],
    outcome: { converged: false, deleting: true },
    current: published,
    gives: {},
  },
]
for (const { name, observed, outcome = settled, current = {}, gives } of rows)
  test(`status: ${name}`, () => assert.deepEqual(statusFor(web, observed, outcome, current), gives))
