import assert from 'node:assert/strict'
import { systemClock } from '../../src/lib/clock.ts'
import { servePage } from '../../src/page/server.ts'
import { shopStory } from '../support/page-shop.ts'
import { PageStory, serviceOf } from '../support/page-story.ts'
import { browserTest, withPage } from './browser.ts'

browserTest('a server that goes: the page says since when, and goes on when it is back', async () => {
  const story = shopStory(Date.now())
  await withPage(story, { hash: '#shop/web' }, async ({ page, server }) => {
    await server.close()
    await page.getByText(/^Not connected since \d\d:\d\d:\d\d: what you see is from then/).waitFor()
    // What is known stays to be read.
    await page.getByRole('heading', { name: 'shop/web' }).waitFor()
    story.put({ service: serviceOf({ key: 'shop/late', address: '127.17.240.77' }) })
    story.remove('shop/ledger')
    const again = await servePage({ source: story, clock: systemClock, bind: `127.0.0.1:${server.port}` })
    try {
      await page.getByRole('banner').getByText('live', { exact: true }).waitFor()
      await page.getByRole('option', { name: 'shop/late' }).waitFor()
      assert.equal(await page.getByRole('option', { name: 'shop/ledger' }).count(), 0)
      assert.equal(await page.getByText(/^Not connected/).count(), 0)
    } finally {
      await again.close()
    }
  })
})

browserTest('what went while nobody told of it is said to be gone, and is back when it is', async () => {
  const story = shopStory(Date.now())
  const told = story.told.get('shop/web')!
  await withPage(story, { hash: '#shop/web' }, async ({ page, server }) => {
    await server.close()
    await page.getByText(/^Not connected since/).waitFor()
    await page.waitForTimeout(300)
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.waitForTimeout(2_500)
    assert.ok(!asked.includes('/api/services/shop/web'), 'one that does not answer is not asked for more')
    story.remove('shop/web')
    const again = await servePage({ source: story, clock: systemClock, bind: `127.0.0.1:${server.port}` })
    try {
      await page.getByText(/^It was deleted before \d\d:\d\d:\d\d/).waitFor()
      await page.getByRole('heading', { name: 'shop/web' }).waitFor()
      await page.locator('.pill', { hasText: 'gone' }).waitFor()
      story.put(told)
      await page.getByText(/^It was deleted/).waitFor({ state: 'detached' })
    } finally {
      await again.close()
    }
  })
})

browserTest('events of all Services are there for who comes later', async () => {
  const story = shopStory(Date.now())
  await withPage(story, {}, async ({ page }) => {
    const events = page.getByRole('region', { name: 'Events of all Services' })
    await events.getByText('Nothing was told since this process began.').waitFor()
    story.event('shop/api', { at: Date.now(), reason: 'Strange', message: 'all is blue', severity: 'Normal' })
    await events.getByRole('listitem').filter({ hasText: 'all is blue' }).waitFor()
    await page.reload()
    const line = events.getByRole('listitem').filter({ hasText: 'all is blue' })
    await line.getByRole('link', { name: 'shop/api' }).click()
    await page.getByRole('heading', { name: 'shop/api' }).waitFor()
  })
})

browserTest('narrow, a page that has nothing to list says why', async () => {
  await withPage(new PageStory(), { width: 320 }, async ({ page, server }) => {
    await page.getByRole('heading', { name: 'No Services yet' }).waitFor()
    await server.close()
    await page.getByText(/^Not connected since/).waitFor()
  })
})

browserTest('what changes is drawn and said: ready, an event, gone', async () => {
  const story = shopStory(Date.now())
  await withPage(story, { hash: '#shop/checkout' }, async ({ page }) => {
    const told = story.told.get('shop/checkout')!
    story.put({ ...told, service: serviceOf({ key: 'shop/checkout', address: '127.17.240.3' }) })
    await page.getByRole('button', { name: '127.17.240.3' }).waitFor()
    await page
      .locator('#announcements', { hasText: 'shop/checkout: ready at 127.17.240.3' })
      .waitFor({ state: 'attached' })
    story.event('shop/checkout', {
      at: Date.now(),
      reason: 'Strange',
      message: 'all is blue',
      severity: 'Warning',
    })
    await page.getByRole('listitem').filter({ hasText: 'all is blue' }).waitFor()
    await page
      .locator('#announcements', { hasText: 'Warning Strange: all is blue' })
      .waitFor({ state: 'attached' })
    story.remove('shop/checkout')
    await page.getByText(/^It was deleted at \d\d:\d\d:\d\d/).waitFor()
    assert.equal(await page.getByRole('option', { name: 'shop/checkout' }).count(), 0)
  })
})

browserTest('traffic moves the counters and the lines; with reduced motion only the counters', async () => {
  for (const still of [false, true]) {
    const story = shopStory(Date.now())
    await withPage(story, { hash: '#shop/web', still }, async ({ page }) => {
      await page.getByText('0 in all').first().waitFor()
      for (let round = 0; round < 3; round++) {
        story.traffic('shop/web', 50)
        await page.waitForTimeout(1_100)
      }
      await page.getByText('150 in all').first().waitFor()
      // It goes on, so that a line is still busy when a slow machine comes to look at it.
      const traffic = setInterval(() => story.traffic('shop/web', 5), 200)
      try {
        const moving = await page
          .locator('.line.busy')
          .first()
          .evaluate((line) => getComputedStyle(line).animationName)
        assert.equal(moving, still ? 'none' : 'travel')
      } finally {
        clearInterval(traffic)
      }
    })
  }
})

browserTest('the switch of colours wins over the system, and is remembered', async () => {
  await withPage(shopStory(Date.now()), { scheme: 'light' }, async ({ page }) => {
    const back = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await back()
    await page.getByRole('button', { name: 'Colours: as the system' }).click()
    await page.getByRole('button', { name: 'Colours: light' }).click()
    await page.getByRole('button', { name: 'Colours: dark' }).waitFor()
    const dark = await back()
    assert.notEqual(dark, light)
    await page.reload()
    await page.getByRole('button', { name: 'Colours: dark' }).waitFor()
    assert.equal(await back(), dark)
  })
})

browserTest('a Service that is not there yet shows up by itself', async () => {
  const story = shopStory(Date.now())
  await withPage(story, { hash: '#shop/soon' }, async ({ page }) => {
    await page.getByRole('heading', { name: 'There is no Service shop/soon' }).waitFor()
    story.put({ service: serviceOf({ key: 'shop/soon', address: '127.17.240.9' }) })
    await page.getByRole('button', { name: '127.17.240.9' }).waitFor()
  })
})
