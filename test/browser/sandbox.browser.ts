/** The page of a real sandbox: what a user does by kubectl, curl and keys is what is seen. */
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from 'playwright-core'
import type { SandboxState } from '../../src/sandbox/facts.ts'
import { echoes } from '../e2e/sandbox/clients.ts'
import { openSandboxStage, withoutKubectl, type SandboxStage } from '../e2e/sandbox/sandbox-stage.ts'
import { findings } from './audit.ts'
import { browserTest, withPageAt } from './browser.ts'

const base = 34
const manifest = fileURLToPath(new URL('../e2e/sandbox/clients.yaml', import.meta.url))
/** So long anything may take from kubectl to the screen, on a machine that is busy. */
const patienceMs = 20_000

let started: Promise<SandboxStage> | undefined

/** Only while its tests run: the others measure. */
const sandbox = (): Promise<SandboxStage> =>
  (started ??= openSandboxStage({ base, args: ['--page-port', '0'] }))

after(async () => (await started)?.close())

interface Seen {
  readonly page: Page
  readonly complaints: readonly string[]
  readonly stage: SandboxStage
}

const sandboxTest = (name: string, run: (seen: Seen) => Promise<void>): void =>
  browserTest(
    name,
    async () => {
      const stage = await sandbox()
      const { page: url } = JSON.parse(await stage.sandbox('status', '-o', 'json')) as SandboxState
      assert.ok(url !== undefined)
      await withPageAt(url, {}, async ({ page, complaints }) => {
        page.setDefaultTimeout(patienceMs)
        await run({ page, complaints, stage })
      })
    },
    withoutKubectl,
  )

/** Chooses a Service as somebody without a mouse does. */
async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('option', { name }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type(name)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: `default/${name}` }).waitFor()
}

const picture = (page: Page): Locator => page.locator('svg.picture')

/** Until the picture says so, to who sees it and to who does not. */
async function says(page: Page, words: string): Promise<void> {
  await page.getByRole('img', { name: words }).waitFor()
  await page.locator('#picture-words', { hasText: words }).waitFor()
}

const podNames = async ({ kubectl }: SandboxStage): Promise<readonly string[]> =>
  (await kubectl('get', 'pods', '-l', 'app=echo', '-o', 'jsonpath={.items[*].metadata.name}'))
    .split(' ')
    .filter((name) => name !== '')
    .toSorted()

/** Each box of a pod has its whole name as a title. */
const podsDrawn = async (page: Page): Promise<readonly string[]> =>
  (await picture(page).locator('.box.pod title').allTextContents())
    .map((title) => title.replace(/ .*/, ''))
    .toSorted()

sandboxTest(
  'a Service is there as soon as it is applied: its line, address and way, by keys alone',
  async ({ page, stage }) => {
    await page.getByRole('heading', { name: 'No load balancers yet' }).waitFor()
    assert.equal(await page.getByRole('option', { name: 'by-client' }).count(), 0)
    await stage.apply(manifest)
    const address = await stage.address('by-client')
    await page.getByRole('option', { name: `default/by-client ready ${address} 80` }).waitFor()
    await open(page, 'by-client')
    await page.waitForFunction(() => document.activeElement?.id === 'chosen')
    await page.getByRole('main').getByRole('button', { name: address }).waitFor()
    await says(page, `Clients reach ${address} port 80/TCP.`)
    await says(page, '2 of 2 pods ready.')
    assert.deepEqual(await podsDrawn(page), await podNames(stage))
    assert.equal(await picture(page).locator('.box.node').count(), 3)
    // Policy Local: the node without a pod gets nothing, as its health check finds out.
    await says(page, '2 of 3 nodes healthy.')
    assert.deepEqual(await page.evaluate(findings), [])
  },
)

sandboxTest('clients are counted', async ({ page, stage }) => {
  await stage.apply(manifest)
  const address = await stage.address('by-node')
  await open(page, 'by-node')
  const count = async (): Promise<number> => {
    const words = await picture(page).locator('.box.listener text', { hasText: ' in all' }).textContent()
    return Number.parseInt(words ?? '', 10)
  }
  await picture(page).getByText(' in all').waitFor()
  const before = await count()
  await echoes({ address, port: 80 }, 7)
  await picture(page)
    .getByText(`${before + 7} in all`)
    .waitFor()
})

sandboxTest('pods that come, go and are killed come and go in the picture', async ({ page, stage }) => {
  await stage.apply(manifest)
  await open(page, 'by-node')
  await says(page, '2 of 2 pods ready.')
  await stage.kubectl('scale', 'deployment', 'echo', '--replicas=4')
  await says(page, '4 of 4 pods ready.')
  assert.deepEqual(await podsDrawn(page), await podNames(stage))

  const [killed = ''] = await podNames(stage)
  await stage.kubectl('delete', 'pod', killed, '--now')
  await picture(page).locator('.box.pod title', { hasText: killed }).waitFor({ state: 'detached' })
  await says(page, '4 of 4 pods ready.')
  assert.deepEqual(await podsDrawn(page), await podNames(stage))

  const crash =
    '{"spec":{"template":{"spec":{"containers":[{"name":"echo","image":"busybox","args":["false"]}]}}}}'
  await stage.kubectl('patch', 'deployment', 'echo', '-p', crash)
  await picture(page).locator('text', { hasText: 'CrashLoopBackOff' }).first().waitFor()
  await stage.kubectl('scale', 'deployment', 'echo', '--replicas=0')
  await says(page, 'It has no pods.')
  await picture(page).locator('text', { hasText: 'no pods' }).waitFor()
  await stage.kubectl('rollout', 'undo', 'deployment', 'echo')
  await stage.kubectl('scale', 'deployment', 'echo', '--replicas=2')
  await says(page, '2 of 2 pods ready.')
})

sandboxTest(
  'an event that the API server has is drawn and read out; a mistake is told with its cure',
  async ({ page, stage }) => {
    await stage.apply(manifest)
    await open(page, 'by-node')
    const key = 'local.lb-controller.io/scheduler'
    await stage.kubectl('annotate', 'service', 'by-node', `${key}=fastest`)
    const line = page.getByRole('region', { name: 'Events' }).getByRole('listitem')
    await line.filter({ hasText: 'SyncLoadBalancerFailed' }).filter({ hasText: 'fastest' }).waitFor()
    await page.locator('#announcements', { hasText: 'SyncLoadBalancerFailed' }).waitFor({ state: 'attached' })
    const problems = page.getByRole('region', { name: 'Problems' })
    await problems.filter({ hasText: key }).filter({ hasText: 'round-robin' }).waitFor()
    await page.getByRole('option', { name: 'default/by-node problem' }).waitFor()
    const field = 'regarding.name=by-node,reason=SyncLoadBalancerFailed'
    assert.match(await stage.kubectl('get', 'events.v1.events.k8s.io', '--field-selector', field), /fastest/)

    await stage.kubectl('annotate', 'service', 'by-node', `${key}-`)
    await page.getByRole('option', { name: 'default/by-node ready' }).waitFor()
    await problems.waitFor({ state: 'detached' })
  },
)

sandboxTest(
  'what is deleted goes from the list, and is said to be gone where it is read',
  async ({ page, complaints, stage }) => {
    await stage.apply(manifest)
    await open(page, 'by-node')
    await stage.remove(manifest)
    await page.getByText(/^It was deleted at \d\d:\d\d:\d\d/).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    await page.getByRole('option', { name: 'default/kubernetes' }).waitFor()
    for (const name of ['by-node', 'by-client'])
      await page.getByRole('option', { name }).waitFor({ state: 'detached' })
    // It may be asked for when it has just gone.
    assert.deepEqual(
      complaints.filter((text) => !text.includes('404')),
      [],
    )
  },
)
