/** A page in a headless Chromium, and a server that tells it a story. */
import { after, test } from 'node:test'
import { chromium, type Browser, type Page } from 'playwright-core'
import { systemClock } from '../../src/lib/clock.ts'
import { servePage, type PageServer } from '../../src/page/server.ts'
import type { PageSource } from '../../src/page/source.ts'
import { findChromium } from '../support/chromium.ts'

const found = findChromium()

let browser: Promise<Browser> | undefined

export const openBrowser = (): Promise<Browser> => (browser ??= chromium.launch(found))

after(async () => (await browser)?.close())

export interface Looks {
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  readonly still?: boolean
  readonly hash?: string
}

export interface Shown {
  readonly page: Page
  /** What the browser complained of. */
  readonly complaints: readonly string[]
}

export interface Opened extends Shown {
  readonly server: PageServer
}

/** Opens a page on a story, live and drawn. */
export async function withPage(
  source: PageSource,
  looks: Looks,
  run: (opened: Opened) => Promise<void>,
): Promise<void> {
  const server = await servePage({ source, clock: systemClock, bind: '127.0.0.1:0' })
  try {
    await withPageAt(server.url, looks, (shown) => run({ ...shown, server }))
  } finally {
    await server.close()
  }
}

/** Opens a page that somebody serves, live and drawn. */
export async function withPageAt(
  url: string,
  { scheme = 'light', width = 1280, height = 860, still = false, hash = '' }: Looks,
  run: (shown: Shown) => Promise<void>,
): Promise<void> {
  const context = await (
    await openBrowser()
  ).newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: still ? 'reduce' : 'no-preference',
  })
  try {
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(url + hash)
    await page.getByRole('banner').getByText('live', { exact: true }).waitFor()
    await page.locator('#chosen').waitFor({ state: 'attached' })
    await run({ page, complaints })
  } finally {
    await context.close()
  }
}

/** A test that needs Chromium; where there is none it is skipped, and says how to get one. `lacks`: what else is missing. */
export const browserTest = (name: string, run: () => Promise<void>, lacks: string | false = false): void => {
  const skip = found === undefined ? 'NO CHROMIUM: apt-get install chromium, or name one in CHROMIUM' : lacks
  void test(name, skip === false ? { timeout: 120_000 } : { skip }, run)
}
