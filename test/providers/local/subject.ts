import type { LocalConfig } from '../../../providers/local/config.ts'
import type { LocalApi, LocalListenerWish } from '../../../providers/local/api.ts'
import { createProvider } from '../../../providers/local/index.ts'
import { createLocalApi, targetName } from '../../../providers/local/server/in-process.ts'
import { Ledger } from '../../../providers/local/server/ledger.ts'
import { type Pool, parseRange } from '../../../providers/local/server/pools.ts'
import { emptyRecords, type KeptListener } from '../../../providers/local/server/records.ts'
import { VirtualClock } from '../../../src/lib/clock.ts'
import type { Subject } from '../../conformance/subject.ts'
import { Bed, type BedOptions } from '../../support/bed.ts'
import { Secrets } from './secrets.ts'
import { stories } from './stories.ts'
import { Watched } from './watched.ts'

const pool = (name: string, ...texts: readonly string[]): Pool => ({
  name,
  ranges: texts.map((text) => {
    const range = parseRange(text)
    if (!range.ok) throw new Error(range.error)
    return range.value
  }),
})

export const pools = [
  pool('home', '127.14.240.0/24'),
  pool('edge', '127.14.241.0/24'),
  pool('public', '192.0.2.0/24'),
  pool('tiny', '127.14.242.1-127.14.242.2'),
]

/** A bed on the balancer's own rules, in this process. `refusal`: why no port is served. */
export function localBed(options: Partial<BedOptions> = {}, config: Partial<LocalConfig> = {}) {
  const ledger = new Ledger(emptyRecords('0'))
  const refusal: { failure?: string } = {}
  const shown = ({ targets }: KeptListener) => ({
    healthy: targets.map(({ address, port }) => targetName(address, port)),
    ...refusal,
  })
  const api = createLocalApi({ pools, ledger, shown })
  const watched = new Watched(api)
  const secrets = new Secrets()
  const bed = new Bed({
    ...options,
    provider: (clock, clusterUid) =>
      createProvider(config, { api: watched.api, clock, clusterUid, readSecret: secrets.read }),
  })
  return { bed, ledger, watched, secrets, refusal, ...byHand(ledger, api) }
}

/** What somebody else does, of whom the controller is not told. */
function byHand(ledger: Ledger, api: LocalApi) {
  const signal = new AbortController().signal
  const only = (): KeptListener => {
    const [listener] = ledger.records.listeners.values()
    if (listener === undefined) throw new Error('there is no listener')
    return listener
  }
  return {
    listener: only,
    change: (set: Readonly<Partial<Record<keyof Omit<LocalListenerWish, 'addressId'>, unknown>>>) => {
      const { id, etag } = only()
      return api.updateListener(id, { etag, set }, signal)
    },
    removeListener: () => api.deleteListener(only().id, signal),
  }
}

const sorted = <T>(items: readonly T[]): readonly T[] =>
  items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

/** All objects by name. Which of the free addresses one got is decided by history. */
export function dumpOf({ records }: Ledger): unknown {
  const nameOf = (id: string | undefined): string | undefined =>
    id === undefined ? undefined : (records.addresses.get(id) ?? records.certificates.get(id))?.name
  return {
    addresses: sorted([...records.addresses.values()].map(({ name, pool, tags }) => ({ name, pool, tags }))),
    certificates: sorted(
      [...records.certificates.values()].map(({ name, fingerprint, tags }) => ({ name, fingerprint, tags })),
    ),
    listeners: sorted(
      [...records.listeners.values()].map(({ id: _id, etag: _etag, addressId, certificateId, ...rest }) => ({
        address: nameOf(addressId),
        certificate: nameOf(certificateId),
        ...rest,
        targets: sorted(rest.targets),
      })),
    ),
  }
}

const own = 'local.lb-controller.io/'

export const local: Subject = {
  name: 'local',
  targetSets: 1,
  groups: true,
  invalid: {
    patch: { metadata: { annotations: { [`${own}drain`]: 'long' } } },
    code: 'LB_ANNOTATION_INTEGER',
    heal: { metadata: { annotations: { [`${own}drain`]: null } } },
  },
  edit: { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } },
  can: createProvider({}, { clock: new VirtualClock() }).can,
  stories,
  make(options = {}) {
    const { bed, ledger, watched, change, listener, removeListener } = localBed(options)
    return {
      bed,
      cloud: {
        dump: () => dumpOf(ledger),
        writes: () => watched.writes,
        reads: () => watched.reads,
        cutNext: (call, effect, then) => watched.cutNext({ call, effect, onCut: then }),
        uncut: () => watched.cutNext(undefined),
        trouble: (on) => void (watched.failEvery = on ? 3 : 0),
        drifts: {
          'listener gone': () => void removeListener(),
          'field changed': () => void change({ scheduler: 'random' }),
          'check removed': () => void change({ healthCheck: null }),
          'target removed': () => void change({ targets: listener().targets.slice(1) }),
          'target added': () =>
            void change({ targets: [...listener().targets, { address: '10.9.9.9', port: 9 }] }),
          'status cleared': (on) => {
            const web = { namespace: 'shop', name: 'web' }
            on.cluster.patch('services', web, { status: { loadBalancer: null } }, { subresource: 'status' })
          },
        },
      },
    }
  },
}
