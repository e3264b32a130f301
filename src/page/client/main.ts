import type { Detail, ListAnswer } from '../wire.ts'
import { Connection } from './connection.ts'
import { Page } from './page.ts'

/** What one answer may take, in milliseconds. */
const patienceMs = 8_000

async function read(path: string): Promise<unknown> {
  const response = await fetch(path, { signal: AbortSignal.timeout(patienceMs) })
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response.json()
}

const page: Page = new Page({
  readDetail: async (key) =>
    (await read(`/api/services/${key.split('/').map(encodeURIComponent).join('/')}`)) as Detail | undefined,
  tryNow: () => connection.now(),
})

const connection = new Connection({
  read: async () => {
    const list = (await read('/api/services')) as ListAnswer
    page.list(list)
    return list.position
  },
  take: (news) => page.take(news),
  changed: (state) => page.link(state),
})

connection.now()
