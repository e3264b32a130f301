import assert from 'node:assert/strict'
import { shopStory } from '../support/page-shop.ts'
import { PageStory } from '../support/page-story.ts'
import { findings } from './audit.ts'
import { browserTest, withPage } from './browser.ts'

const hashes = [
  '',
  '#shop/web',
  '#shop/api',
  '#games/matchmaker',
  '#shop/checkout',
  '#shop/ledger',
  '#legacy/ftp',
  '#default/kubernetes',
  '#shop/nobody',
]

for (const scheme of ['light', 'dark'] as const)
  for (const width of [1400, 900, 320])
    browserTest(`names, roles, contrast, sizes: ${scheme}, ${width} px`, async () => {
      await withPage(shopStory(Date.now()), { scheme, width }, async ({ page, complaints }) => {
        for (const hash of hashes) {
          await page.evaluate((to) => {
            location.hash = to
          }, hash)
          const heading = hash === '' ? 'All Services' : hash.slice(1)
          await page.locator('#chosen', { hasText: heading }).waitFor({ state: 'attached' })
          assert.deepEqual(await page.evaluate(findings), [], hash)
        }
        assert.deepEqual(complaints, [])
      })
    })

browserTest('the table, the help and the empty page hold the same', async () => {
  await withPage(shopStory(Date.now()), { hash: '#games/matchmaker', width: 320 }, async ({ page }) => {
    await page.getByText('The same as a table').click()
    await page.getByRole('row').nth(20).waitFor()
    assert.deepEqual(await page.getByRole('columnheader').allTextContents(), [
      'What',
      'Name and address',
      'State',
    ])
    assert.deepEqual(await page.evaluate(findings), [])
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Help' }).waitFor()
    assert.deepEqual(await page.evaluate(findings), [])
  })
  const empty = new PageStory()
  empty.missing = 'Services have not been listed yet'
  await withPage(empty, { scheme: 'dark' }, async ({ page }) => {
    await page.getByRole('heading', { name: 'No Services yet' }).waitFor()
    await page.getByText('Note: Services have not been listed yet.').waitFor()
    assert.deepEqual(await page.evaluate(findings), [])
  })
})

browserTest('the audit finds what is wrong', async () => {
  await withPage(shopStory(Date.now()), {}, async ({ page }) => {
    await page.evaluate(() => {
      const button = document.createElement('button')
      button.style.cssText = 'width:10px;padding:0'
      const faint = document.createElement('p')
      faint.textContent = 'faint'
      faint.style.color = '#bbb'
      faint.id = 'chosen'
      document.querySelector('main')?.append(button, faint, document.createElement('h4'))
    })
    const marked = await page.evaluate(findings)
    for (const about of [/^no name/, /^contrast/, /is small/, /id chosen is there 2 times/])
      assert.ok(
        marked.some((text) => about.test(text)),
        `${about} in ${marked.join('; ')}`,
      )
  })
})
