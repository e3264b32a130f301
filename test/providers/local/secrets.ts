import type { ReadSecret } from '../../../src/provider/secrets.ts'

/** Secrets of a cluster, by `namespace/name`. */
export class Secrets {
  readonly kept = new Map<string, Readonly<Record<string, string>>>()
  reads = 0

  readonly read: ReadSecret = async ({ namespace, name }) => {
    this.reads++
    return this.kept.get(`${namespace}/${name}`)
  }
}
