import type { Check } from '../../src/provider/checkup.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import type { LocalApi, LocalListener } from './api.ts'
import { type Asked, judge } from './checkup.ts'
import type { LocalConfig } from './config.ts'
import { toProviderError } from './errors.ts'

/** What `doctor` looks at. It writes nothing. */
export async function checkup(
  api: LocalApi,
  config: LocalConfig,
  nodes: readonly TargetNode[],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  return judge(await lookAt(api, signal), config, nodes)
}

async function lookAt(api: LocalApi, signal: AbortSignal): Promise<Asked> {
  try {
    const pools = await api.pools(signal)
    const listeners: LocalListener[] = []
    let cursor: string | undefined
    do {
      const page = await api.listListeners(cursor, signal)
      listeners.push(...page.items)
      cursor = page.next
    } while (cursor !== undefined)
    return { pools, listeners }
  } catch (error) {
    return { refused: toProviderError('pools', error) }
  }
}
