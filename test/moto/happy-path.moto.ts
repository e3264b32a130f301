/**
 * Lives of Services against a server that nobody here wrote: the built program, the real AWS SDK, HTTP. Where moto is
 * laxer than AWS nothing is proven by it; `localstack/moto/README.md` says where.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fillAccount, type Account } from '../../localstack/moto/account.ts'
import { createInventory, type Inventory } from '../../localstack/moto/inventory.ts'
import { startMoto, type Moto } from '../../localstack/moto/server.ts'
import { openProcesses, type Controller, type Processes } from '../../localstack/processes.ts'
import { equal } from '../../src/lib/json.ts'
import { stories, type Story } from './stories.ts'

const at = { namespace: 'default', name: 'web' }

let moto: Moto
let account: Account
let processes: Processes
let controller: Controller
let inventory: () => Promise<Inventory>
let nothing: Inventory

before(async () => {
  moto = await startMoto()
  account = await fillAccount(moto.url)
  inventory = createInventory(moto.url)
  nothing = await inventory()
  processes = await openProcesses({ AWS_ENDPOINT_URL: moto.url })
  for (const [index, { id, zone, address }] of account.instances.entries())
    processes.cluster.state.addNode({
      name: `node-${index}`,
      providerID: `aws:///${zone}/${id}`,
      address,
      zone,
    })
  controller = processes.start()
  await until('the controller leads', () => controller.output().includes('taking charge'))
})

after(async () => {
  controller.process.kill('SIGTERM')
  await controller.ended
  await processes.close()
  await moto.close()
})

async function until(what: string, done: () => boolean): Promise<void> {
  const end = Date.now() + 60_000
  while (!done()) {
    if (Date.now() > end)
      throw new Error(`not within 60 s: ${what}\n${controller.output()}\n${condition() ?? ''}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const service = () => processes.cluster.state.find('services', at)
const ready = () => service()?.status?.conditions?.find((one) => one.type === 'lb-controller.io/Ready')
const condition = (): string | undefined => ready()?.message
/** What the condition says is said of the newest edit, whose hash is then the accepted one. */
const accepted = (): string | undefined => service()?.metadata.annotations?.['lb-controller.io/accepted']

async function live({ name, pods = [], create, edit }: Story): Promise<void> {
  const { state } = processes.cluster
  const asked = create.asked(account)
  if (pods.length > 0)
    state.create('endpointslices', {
      metadata: {
        namespace: at.namespace,
        name: 'web-1',
        labels: { 'kubernetes.io/service-name': at.name },
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: pods.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    })
  state.create('services', {
    metadata: { ...at, annotations: asked.annotations ?? {} },
    spec: { type: 'LoadBalancer', ...asked.spec },
  })
  await until(`${name}: ready`, () => ready()?.status === 'True')
  assert.match(service()?.status?.loadBalancer?.ingress?.[0]?.hostname ?? '', /\.amazonaws\.com/)
  await shows(create.found)

  const before = accepted()
  const edited = edit.asked(account)
  state.patch('services', at, {
    metadata: { annotations: edited.annotations ?? {} },
    spec: edited.spec ?? {},
  })
  await until(`${name}: edited`, () => accepted() !== before && ready()?.status === 'True')
  await shows(edit.found)

  state.delete('services', at)
  await until(`${name}: gone`, () => service() === undefined)
  assert.deepEqual(await inventory(), nothing, 'nothing is left')
  if (pods.length > 0) state.delete('endpointslices', { namespace: at.namespace, name: 'web-1' })
}

/** What nobody needs any more goes a moment after the Service is ready. */
async function shows(found: Inventory): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (equal(change(nothing, await inventory()), found)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.deepEqual(change(nothing, await inventory()), found, controller.output())
}

/** What is there beside what was there. */
function change(was: Inventory, is: Inventory): Inventory {
  const added = (field: keyof Inventory): readonly string[] =>
    is[field].filter((one) => !was[field].includes(one)).map((one) => one.replace(/-[0-9a-f]{10}\b/g, ''))
  return {
    balancers: added('balancers'),
    listeners: added('listeners'),
    targetGroups: added('targetGroups'),
    groups: added('groups'),
  }
}

for (const story of stories) test(story.name, () => live(story))
