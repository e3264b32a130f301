import assert from 'node:assert/strict'
import { PageStory, pathOf, serviceOf } from '../support/page-story.ts'
import { browserTest, withPage } from './browser.ts'

/** What a name, a message or an annotation might hold to be more than text. */
const texts = [
  '<img src=x onerror="window.hacked=1">',
  '<script>window.hacked=1</script>',
  '"><svg onload=window.hacked=1>',
  "javascript:window.hacked=1//'",
  '</style></script><iframe srcdoc="<script>parent.hacked=1</script>">',
  '{{constructor.constructor("window.hacked=1")()}}',
  'safe\u202Egnp.exe\u2066',
]

function hostileStory(): PageStory {
  const story = new PageStory()
  story.about = { [texts[0]!]: texts[1]! }
  story.missing = texts[2]
  texts.forEach((text, at) => {
    const name = text.replaceAll('/', '∕').replaceAll(/[\u202E\u2066]/g, '')
    const service = serviceOf({
      key: `shop/${name}`,
      address: text,
      ports: [{ name: text, port: 80, protocol: text, targetPort: text }],
      condition: { type: text, status: 'False', reason: text, message: text },
    })
    story.told.set(`shop/${name}`, {
      service,
      path: {
        listeners: [{ address: text, port: 80, protocol: text, failure: text }],
        nodes: [{ name: text, address: text, healthy: false, reason: text }],
        pods: [{ name: text, node: text, address: text, ready: false, status: text }],
      },
      report: {
        converged: false,
        steps: [
          {
            id: 'a',
            action: 'create',
            stack: text,
            kind: text,
            key: text,
            why: text,
            needs: [],
            owners: [],
            hold: { for: text, recheckMs: 1 },
          },
        ],
        problems: [{ code: text, severity: 'error', path: text, message: text, accepted: text, hint: text }],
        failure: { op: text, code: text, message: text },
        objects: [{ kind: text, key: text, id: text, state: text }],
      },
      steps: [{ at, ms: 1, action: 'delete', kind: text, key: text, why: text, outcome: text }],
      events: [{ at, reason: text, message: text, severity: 'Warning' }],
    })
  })
  return story
}

browserTest('hostile names and messages stay text', async () => {
  const story = hostileStory()
  await withPage(story, {}, async ({ page, complaints }) => {
    await page.evaluate(() => {
      const violations: string[] = []
      Object.assign(window, { violations })
      document.addEventListener('securitypolicyviolation', (event) =>
        violations.push(event.violatedDirective),
      )
    })
    for (const option of await page.getByRole('option').all()) {
      await option.click()
      await page.getByRole('region', { name: 'Problems' }).waitFor()
      await page.getByText('The same as a table').click()
      await page.getByText('The same as a table').click()
    }
    for (const { service } of story.told.values())
      story.event(`shop/${service.metadata.name}`, {
        at: 1,
        reason: texts[0]!,
        message: texts[1]!,
        severity: 'Warning',
      })
    await page.waitForTimeout(300)
    const state = await page.evaluate(() => ({
      hacked: (window as { hacked?: number }).hacked,
      violations: (window as unknown as { violations: string[] }).violations,
      foreign: document.querySelectorAll(
        'img, iframe, script:not([type=module]), object, embed, [onerror], [onload]',
      ).length,
      links: [...document.querySelectorAll('a')]
        .map((link) => link.getAttribute('href') ?? '')
        .filter((href) => !href.startsWith('#')),
      turned: /[\u202A-\u202E\u2066-\u2069]/.test(document.body.textContent ?? ''),
    }))
    assert.deepEqual(state, { hacked: undefined, violations: [], foreign: 0, links: [], turned: false })
    assert.deepEqual(complaints, [])
  })
})

browserTest('a script that got in nevertheless would not run', async () => {
  const story = new PageStory()
  story.put({ service: serviceOf({ key: 'shop/web' }), path: pathOf({ address: '127.0.0.1', pods: [1] }) })
  await withPage(story, {}, async ({ page }) => {
    const state = await page.evaluate(async () => {
      const script = document.createElement('script')
      let refused = ''
      try {
        script.text = 'window.hacked=1'
        document.body.append(script)
      } catch (error) {
        refused = String(error)
      }
      const image = new Image()
      const loaded = await new Promise((resolve) => {
        image.addEventListener('load', () => resolve(true))
        image.addEventListener('error', () => resolve(false))
        image.src = '/api/services'
      })
      return { hacked: (window as { hacked?: number }).hacked, refused: refused !== '', loaded }
    })
    assert.deepEqual(state, { hacked: undefined, refused: true, loaded: false })
  })
})
