import { hash } from '../../src/lib/hash.ts'
import type { Cluster } from '../../src/provider/blueprint.ts'

/** Whose an object is, for people, and what makes its name no other's. */
interface NameOf {
  readonly cluster: Cluster
  readonly stack: string
  readonly key: string
  /** `shop/web`, or `group edge`. */
  readonly holder: string
}

/** `shop/web@3f2a9c1d04`: who reads that an address is taken reads by whom. */
export const objectName = ({ cluster, stack, key, holder }: NameOf): string =>
  `${holder}@${hash([cluster.uid ?? cluster.name, stack, key])}`

/** `shop/web` of such a name. */
export const holderIn = (name: string): string => name.replace(/@[0-9a-f]{10}$/, '')
