import type { ServiceObject } from '../../src/model/objects.ts'
import type { Blueprint } from '../../src/provider/blueprint.ts'
import type { World } from '../support/plan-service.ts'

/** One key at work: a Service planned without it and with it, and what differs. */
export interface KeyCase {
  /** As written on the Service; of a family, one of its keys. */
  readonly key: string
  readonly value: string
  /** Other annotations that the key needs to mean something, on both sides. */
  readonly beside?: Readonly<Record<string, string>>
  /** Fields of the spec, on both sides. */
  readonly spec?: Readonly<Record<string, unknown>>
  /** Where the cloud's own does not do. */
  readonly world?: World
  /** Where one case for the key is not enough: what this one shows, for its file name. */
  readonly shows?: string
}

/** The keys of one cloud. Files: golden/<cloud>/<key after its prefix>[--shows].txt. */
export interface CloudKeys {
  readonly blueprint: Blueprint
  /** What all cases start from: type LoadBalancer with one TCP port is there already. */
  readonly service?: Partial<ServiceObject['spec']>
  readonly world: World
  readonly cases: readonly KeyCase[]
  /** Set where test/providers/<cloud>/keys-live.test.ts carries every case out. */
  readonly live?: true
}
