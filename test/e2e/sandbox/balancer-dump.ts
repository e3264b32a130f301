/** What a sandbox's balancer keeps, asked over its socket as the controller does. */
import { join } from 'node:path'
import { askControl } from '../../../src/sandbox/control.ts'
import type { SandboxStage } from './sandbox-stage.ts'

interface Stored {
  readonly id: string
  readonly etag: string
}

interface Page {
  readonly value: { readonly items: readonly Stored[]; readonly next?: string }
}

const lists = ['listAddresses', 'listListeners', 'listCertificates'] as const

/** By list. */
export type Dump = Readonly<Record<(typeof lists)[number], readonly Stored[]>>

export async function dumpOf({ env }: SandboxStage): Promise<Dump> {
  const socket = join(env['KUBECONFIG'] ?? '', '..', 'balancer.sock')
  const all = async (list: string): Promise<readonly Stored[]> => {
    const items: Stored[] = []
    let cursor: string | null = null
    do {
      const { value }: Page = await askControl<Page>(socket, `POST /v1/${list}`, [cursor])
      items.push(...value.items)
      cursor = value.next ?? null
    } while (cursor !== null)
    return items
  }
  const [listAddresses, listListeners, listCertificates] = [
    await all(lists[0]),
    await all(lists[1]),
    await all(lists[2]),
  ]
  return { listAddresses, listListeners, listCertificates }
}

/** What was asked for: a write that was taken back leaves another etag, and who is healthy is nobody's wish. */
export const asWished = (dump: Dump): string =>
  JSON.stringify(dump, (key, value: unknown) => (key === 'etag' || key === 'healthy' ? undefined : value), 1)
