// Pictures of the page for the README: a shop in which something goes on, light and dark. Needs Chromium, as e2e:page.
import { mkdir, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { systemClock } from '../src/lib/clock.ts'
import { servePage } from '../src/page/server.ts'
import { findChromium } from '../test/support/chromium.ts'
import { shopStory } from '../test/support/page-shop.ts'

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url))
const shots = [
  { file: 'page-light.png', scheme: 'light', width: 1240, height: 690 },
  { file: 'page-dark.png', scheme: 'dark', width: 1240, height: 690 },
] as const

const found = findChromium()
if (found === undefined) {
  console.error('lb-controller: no Chromium: apt-get install chromium, or name one in CHROMIUM')
  process.exit(1)
}
const story = shopStory(Date.now())
const server = await servePage({ source: story, clock: systemClock, bind: '127.0.0.1:0' })
const browser = await chromium.launch(found)
try {
  await mkdir(folder, { recursive: true })
  for (const { file, scheme, width, height } of shots) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme })
    await page.goto(`${server.url}#shop/web`)
    await page.locator('.picture').waitFor()
    for (const accepted of [38, 52, 61, 44, 70, 58, 49, 66]) {
      story.traffic('shop/web', accepted)
      await pause(1_100)
    }
    const image = await page.screenshot()
    await writeFile(`${folder}${file}`, image)
    console.log(`docs/images/${file}: ${Math.round(image.length / 1024)} kB`)
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}
