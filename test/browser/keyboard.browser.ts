import assert from 'node:assert/strict'
import { shopStory } from '../support/page-shop.ts'
import { browserTest, withPage } from './browser.ts'
import type { Page } from 'playwright-core'

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement
    return at === null ? '' : `${at.localName}${at.id === '' ? '' : `#${at.id}`}`
  })

/** Something shows where the focus is. */
const showsFocus = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const style = getComputedStyle(document.activeElement ?? document.body)
    return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2
  })

browserTest('Tab goes through the page in order, and shows where it is', async () => {
  await withPage(shopStory(Date.now()), { hash: '#shop/web' }, async ({ page }) => {
    const stops: string[] = []
    for (let at = 0; at < 13; at++) {
      await page.keyboard.press('Tab')
      stops.push(await focused(page))
      assert.ok(await showsFocus(page), stops.join(' '))
    }
    // Skip link, title, colours, help, filter, a button for each state, the list as one stop, then the Service.
    assert.deepEqual(stops.slice(0, 5), ['a', 'a', 'button#scheme', 'button#help', 'input#filter'])
    assert.deepEqual(
      stops.slice(5, 10),
      Array.from({ length: 5 }, () => 'button'),
    )
    assert.equal(stops[10], 'div#services')
    assert.equal(stops.filter((stop) => stop === 'div#services').length, 1)
  })
})

browserTest('the list by keys alone: filter, arrows, Enter, Escape', async () => {
  await withPage(shopStory(Date.now()), {}, async ({ page, complaints }) => {
    const active = (): Promise<string | null> =>
      page.evaluate(
        () =>
          document
            .getElementById(document.getElementById('services')?.getAttribute('aria-activedescendant') ?? '')
            ?.getAttribute('data-key') ?? null,
      )
    await page.keyboard.press('/')
    assert.equal(await focused(page), 'input#filter')
    await page.keyboard.type('shop/')
    await page.getByText('4 of 8 shown').waitFor({ state: 'attached' })
    await page.keyboard.press('ArrowDown')
    assert.equal(await focused(page), 'div#services')
    await page.waitForFunction(() => document.querySelector('[aria-activedescendant]') !== null)
    assert.equal(await active(), 'shop/api')
    for (const [key, expected] of [
      ['ArrowDown', 'shop/checkout'],
      ['End', 'shop/web'],
      ['ArrowDown', 'shop/web'],
      ['ArrowUp', 'shop/ledger'],
      ['Home', 'shop/api'],
      ['PageDown', 'shop/web'],
    ] as const) {
      await page.keyboard.press(key)
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      )
      assert.equal(await active(), expected, key)
    }
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'shop/web' }).waitFor()
    await page.waitForFunction(() => document.activeElement?.id === 'chosen')
    assert.ok(page.url().endsWith('#shop/web'))
    assert.equal(await page.title(), 'shop/web – lb-controller')
    assert.equal(await page.getByRole('option', { selected: true }).getAttribute('data-key'), 'shop/web')
    await page.keyboard.press('Escape')
    assert.equal(await focused(page), 'div#services')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Help' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Help' }).waitFor({ state: 'hidden' })
    assert.deepEqual(complaints, [])
  })
})

browserTest('a letter in the filter is a letter, and Escape empties it', async () => {
  await withPage(shopStory(Date.now()), {}, async ({ page }) => {
    await page.keyboard.press('/')
    await page.keyboard.type('no/such?')
    assert.equal(await page.getByRole('searchbox').inputValue(), 'no/such?')
    assert.equal(await page.getByRole('option').count(), 0)
    await page.getByText('None of them matches.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('option').nth(7).waitFor()
    await page.getByText('None of them matches.').waitFor({ state: 'hidden' })
    assert.equal(await page.getByRole('searchbox').inputValue(), '')
  })
})

browserTest('states filter too, and what is pressed says so', async () => {
  await withPage(shopStory(Date.now()), {}, async ({ page }) => {
    const chip = page.getByRole('button', { name: '1 problem' })
    await chip.press('Enter')
    assert.equal(await chip.getAttribute('aria-pressed'), 'true')
    await page.waitForFunction(() => document.querySelectorAll('[role=option]').length === 1)
    assert.equal(await page.getByRole('option').getAttribute('data-key'), 'shop/ledger')
  })
})

browserTest('narrow: one at a time, and back again', async () => {
  await withPage(shopStory(Date.now()), { width: 320, height: 640 }, async ({ page }) => {
    assert.ok(!(await page.getByRole('main').isVisible()))
    await page.getByRole('option', { name: 'shop/web' }).click()
    await page.getByRole('heading', { name: 'shop/web' }).waitFor()
    assert.ok(!(await page.getByRole('listbox').isVisible()))
    await page.getByRole('link', { name: 'All Services' }).click()
    await page.getByRole('listbox').waitFor()
  })
})
