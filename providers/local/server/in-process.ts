import type { LocalApi, LocalListener, LocalPage, LocalTargetHealth } from '../api.ts'
import { createAddress, deleteAddress, heldOf, updateAddress } from './addresses.ts'
import { createCertificate, deleteCertificate, shownCertificate } from './certificates.ts'
import { Ledger } from './ledger.ts'
import { createListener, deleteListener, updateListener } from './listeners.ts'
import type { Pool } from './pools.ts'
import { emptyRecords, found, pageOf, type KeptListener, type Records } from './records.ts'

export interface InProcessOptions {
  readonly pools: readonly Pool[]
  /** Default: none are kept, and nothing needs to be. */
  readonly ledger?: Ledger
  /** Items of a list's page. Default 100. */
  readonly pageSize?: number
  /** What only the one who serves it knows of a listener. Default: it is served where it should be, by all targets. */
  readonly shown?: (listener: KeptListener) => Pick<LocalListener, 'failure' | 'reachedAt' | 'healthy'>
  /** Default: all targets are trusted. */
  readonly health?: (listener: KeptListener) => Readonly<Record<string, LocalTargetHealth>>
}

const trusted: LocalTargetHealth = {
  healthy: true,
  reason: 'notChecked',
  message: 'There is no health check.',
}

/** Of all targets, where nobody checks. */
export const trustedHealth = ({ targets }: KeptListener): Readonly<Record<string, LocalTargetHealth>> =>
  Object.fromEntries(targets.map(({ address, port }) => [targetName(address, port), trusted]))

const allServe = ({ targets }: KeptListener): { readonly healthy: readonly string[] } => ({
  healthy: targets.map(({ address, port }) => targetName(address, port)),
})

export const targetName = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

/** The balancer's objects and rules, without a socket. */
export function createLocalApi({
  pools,
  ledger = new Ledger(emptyRecords('0')),
  pageSize = 100,
  shown = allServe,
  health = trustedHealth,
}: InProcessOptions): LocalApi {
  const show = (listener: KeptListener): LocalListener => ({ ...listener, ...shown(listener) })
  const remove = (signal: AbortSignal, act: (records: Records) => Records): Promise<void> =>
    asked(signal, () => ledger.write((records) => ({ records: act(records), value: undefined })))
  return {
    listAddresses: (cursor, signal) =>
      asked(signal, () => pageOf(ledger.records, 'addresses', cursor, pageSize)),
    readAddress: (id, signal) => asked(signal, () => ledger.records.addresses.get(id)),
    createAddress: (wish, signal) =>
      asked(signal, () => ledger.write((records) => createAddress(records, pools, structuredClone(wish)))),
    updateAddress: (id, change, signal) =>
      asked(signal, () => ledger.write((records) => updateAddress(records, id, structuredClone(change)))),
    deleteAddress: (id, signal) => remove(signal, (records) => deleteAddress(records, id)),

    listListeners: (cursor, signal) =>
      asked(signal, () => mapPage(pageOf(ledger.records, 'listeners', cursor, pageSize), show)),
    readListener: (id, signal) =>
      asked(signal, () => {
        const listener = ledger.records.listeners.get(id)
        return listener === undefined ? undefined : show(listener)
      }),
    createListener: (wish, signal) =>
      asked(signal, async () =>
        show(await ledger.write((records) => createListener(records, structuredClone(wish)))),
      ),
    updateListener: (id, change, signal) =>
      asked(signal, async () =>
        show(await ledger.write((records) => updateListener(records, id, structuredClone(change)))),
      ),
    deleteListener: (id, signal) => remove(signal, (records) => deleteListener(records, id)),

    listCertificates: (cursor, signal) =>
      asked(signal, () =>
        mapPage(pageOf(ledger.records, 'certificates', cursor, pageSize), shownCertificate),
      ),
    readCertificate: (id, signal) =>
      asked(signal, () => {
        const certificate = ledger.records.certificates.get(id)
        return certificate === undefined ? undefined : shownCertificate(certificate)
      }),
    createCertificate: (wish, signal) =>
      asked(signal, async () =>
        shownCertificate(await ledger.write((records) => createCertificate(records, structuredClone(wish)))),
      ),
    deleteCertificate: (id, signal) => remove(signal, (records) => deleteCertificate(records, id)),

    targetHealth: (id, signal) => asked(signal, () => health(found(ledger.records, 'listeners', id))),
    pools: (signal) =>
      asked(signal, () =>
        pools.map(({ name, ranges }) => ({
          name,
          ranges: ranges.map((range) => range.text),
          held: heldOf(ledger.records, name),
        })),
      ),
  }
}

/** In the order of the asking, never within the call that asks. */
async function asked<T>(signal: AbortSignal, run: () => T | Promise<T>): Promise<T> {
  signal.throwIfAborted()
  await Promise.resolve()
  return run()
}

const mapPage = <T, U>(page: LocalPage<T>, map: (item: T) => U): LocalPage<U> => ({
  ...page,
  items: page.items.map(map),
})
