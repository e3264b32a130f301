import { equal } from '../../lib/json.ts'
import type {
  EndpointSliceObject,
  NodeObject,
  ServiceCidrObject,
  ServiceObject,
} from '../../model/objects.ts'
import type { Changed } from '../data-plane.ts'
import { type Here, hereOf } from './endpoints.ts'
import type { HealthCheckPort, ProxyTable, Row } from './row.ts'
import { type Age, Claims, claimsOf } from './claims.ts'
import { noteKey, type ProxyNote } from './note.ts'
import { rowsOf, sameRow } from './row-of.ts'
import { familiesOf, type TableSettings } from './settings.ts'
import { type ServiceWish, wishOf } from './wish.ts'

/** What the tracker reads when something changed: the newest objects, never the event. Keys are `namespace/name`. */
export interface World {
  serviceKeys(): Iterable<string>
  service(key: string): ServiceObject | undefined
  /** In an order that does not matter. */
  slicesOf(service: string): readonly EndpointSliceObject[]
  /** This one. */
  node(): NodeObject | undefined
  serviceCidrs(): Iterable<ServiceCidrObject>
  /** Addresses that the machine has and the Node object may not list. */
  machineAddresses?(): readonly string[]
}

export interface Flush {
  /** Its maps are the tracker's own: they stay as they are until the next flush, then they move on. */
  readonly table: ProxyTable
  readonly changed: Changed
  /** Services whose health check port came, went or counts otherwise. */
  readonly changedHealthChecks: ReadonlySet<string>
  /** What was not said before. */
  readonly news: readonly ProxyNote[]
}

interface Known {
  readonly rows: readonly string[]
  readonly notes: readonly ProxyNote[]
}

/**
 * Follows the cluster: told what was touched, it reads only that again, and a flush costs as much as what was touched.
 * After any history its table is the one that a fresh build from the same objects gives, if that is told who held
 * which address before.
 */
export class TableTracker {
  readonly #world: World
  readonly #settings: TableSettings
  readonly #claims = new Claims()
  readonly #rows = new Map<string, Row>()
  readonly #healthChecks = new Map<string, HealthCheckPort>()
  readonly #known = new Map<string, Known>()
  #families: ProxyTable['families'] = {}
  #here: Here
  #dirty = new Set<string>()
  #everywhere = true
  #first = true
  #heldBefore: ReadonlyMap<string, string> | undefined

  /** `heldBefore`: claims and the Services that held them, as `holdersIn` reads them from a table. */
  constructor(world: World, settings: TableSettings, heldBefore?: ReadonlyMap<string, string>) {
    this.#world = world
    this.#settings = settings
    this.#here = hereOf(settings)
    this.#heldBefore = heldBefore
  }

  /** A Service came, changed or went, or one of its slices did. */
  touch(service: string): void {
    this.#dirty.add(service)
  }

  /** This node, a ServiceCIDR or an address of the machine changed. */
  touchNode(): void {
    this.#everywhere = true
  }

  /** All that is wrong now. */
  notes(): readonly ProxyNote[] {
    return [...this.#known.values()].flatMap(({ notes }) => notes)
  }

  flush(): Flush {
    const all = this.#everywhere && this.#readNode()
    const dirty = this.#dirty
    this.#dirty = new Set()
    this.#everywhere = false
    if (this.#first) for (const key of this.#world.serviceKeys()) dirty.add(key)
    this.#first = false

    const wishes = new Map(
      [...dirty].map((key) => {
        const service = this.#world.service(key)
        const wish = this.#wishOf(service)
        this.#claims.want(key, ageOf(key, service), wish === undefined ? undefined : claimsOf(wish))
        return [key, wish]
      }),
    )
    const concerned = this.#claims.settle(this.#heldBefore)
    this.#heldBefore = undefined
    const others = [...(all ? this.#known.keys() : []), ...concerned].filter((key) => !wishes.has(key))
    for (const key of others) wishes.set(key, this.#wishOf(this.#world.service(key)))

    const changed = new Set<string>()
    const changedHealthChecks = new Set<string>()
    const news: ProxyNote[] = []
    for (const [key, wish] of wishes) {
      const built =
        wish === undefined
          ? undefined
          : rowsOf(wish, key, this.#world.slicesOf(key), this.#claims, this.#here)
      this.#putRows(key, built?.rows ?? [], changed)
      this.#putHealthCheck(key, built?.healthCheck, changedHealthChecks)
      const said = new Set(this.#known.get(key)?.notes.map(noteKey))
      news.push(...(built?.notes ?? []).filter((note) => !said.has(noteKey(note))))
      if (built === undefined) this.#known.delete(key)
      else this.#known.set(key, { rows: built.rows.map((row) => row.key), notes: built.notes })
    }
    const table: ProxyTable = { rows: this.#rows, healthChecks: this.#healthChecks, families: this.#families }
    return { table, changed: all ? 'all' : changed, changedHealthChecks, news }
  }

  #wishOf(service: ServiceObject | undefined): ServiceWish | undefined {
    return service === undefined ? undefined : wishOf(service, this.#settings)
  }

  #readNode(): boolean {
    const node = this.#world.node()
    const zone = node?.metadata.labels?.[zoneLabel]
    const here = hereOf(this.#settings, zone)
    const machine = this.#world.machineAddresses?.()
    const families = familiesOf(this.#settings, node, this.#world.serviceCidrs(), machine)
    const same = !this.#first && equal(here, this.#here) && equal(families, this.#families)
    if (same) return false
    this.#here = here
    this.#families = families
    return true
  }

  #putRows(service: string, rows: readonly Row[], changed: Set<string>): void {
    const gone = new Set(this.#known.get(service)?.rows)
    for (const row of rows) {
      gone.delete(row.key)
      const before = this.#rows.get(row.key)
      // Whoever compares by identity sees only what is different.
      if (before !== undefined && sameRow(before, row)) continue
      this.#rows.set(row.key, row)
      changed.add(row.key)
    }
    for (const key of gone) {
      this.#rows.delete(key)
      changed.add(key)
    }
  }

  #putHealthCheck(service: string, now: HealthCheckPort | undefined, changed: Set<string>): void {
    const before = this.#healthChecks.get(service)
    if (equal(before, now)) return
    if (now === undefined) this.#healthChecks.delete(service)
    else this.#healthChecks.set(service, now)
    changed.add(service)
  }
}

const zoneLabel = 'topology.kubernetes.io/zone'

const ageOf = (service: string, object: ServiceObject | undefined): Age => ({
  created: object?.metadata.creationTimestamp ?? '',
  uid: object?.metadata.uid ?? '',
  service,
})
