import { KubeError } from '../kube/errors.ts'
import { secrets, type KubeApi } from '../kube/port.ts'
import type { KubeObject } from '../model/objects.ts'
import { ProviderError } from '../provider/errors.ts'
import type { ReadSecret } from '../provider/secrets.ts'

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

/** Secrets of the cluster, one at a time: they are neither listed nor watched, and nothing keeps them. */
export const secretReader =
  (api: KubeApi): ReadSecret =>
  async (of, signal) => {
    try {
      const { data = {} } = await api.get<Secret>(secrets, of, signal)
      return Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
      )
    } catch (error) {
      if (!(error instanceof KubeError)) throw error
      if (error.code === 404) return undefined
      throw new ProviderError({
        kind: error.code === 403 || error.code === 401 ? 'denied' : 'transient',
        code: error.reason === '' ? String(error.code) : error.reason,
        op: 'secrets:get',
        sent: 'no',
        message: error.message,
        cause: error,
      })
    }
  }
