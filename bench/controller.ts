/**
 * The controller alone, in this process, on a cluster and a cloud in memory: what it costs to bring Services into being,
 * to look at one that needs nothing, and to hold many. The clock is virtual, so nothing waits; the servers in memory
 * take their share of the time. `node --expose-gc bench/controller.ts [services] [held]`
 */
import { manyServices } from '../test/providers/aws/scale.ts'
import { awsBed } from '../test/providers/aws/subject.ts'

const services = Number(process.argv[2] ?? 1_000)
const held = Number(process.argv[3] ?? 2_500)
const nodes = 100

const seconds = (since: number): number => (performance.now() - since) / 1_000

function heapMb(): number {
  ;(globalThis as { gc?: () => void }).gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

async function converge(): Promise<void> {
  const began = performance.now()
  const { bed } = await manyServices(services)
  const took = seconds(began)
  console.log(
    `converge ${services} Services: ${took.toFixed(1)} s, ${(services / took).toFixed(0)} Services/s`,
  )
  const patched = performance.now()
  const names = bed.cluster.list('services', { namespace: 'shop' }).items.map(({ metadata }) => metadata.name)
  for (const name of names) bed.edit(name, { metadata: { annotations: { 'example.com/seen': 'yes' } } })
  const edits = seconds(patched)
  const looked = performance.now()
  await bed.calm()
  const perLook = (seconds(looked) / services) * 1_000
  console.log(
    `look at one that needs nothing: ${perLook.toFixed(2)} ms (its edit in the cluster: ${((edits / services) * 1_000).toFixed(2)} ms)`,
  )
  await bed.stop()
}

/** Plan-only: every wish is held with every target, and nothing is made. */
async function hold(): Promise<void> {
  const { bed } = awsBed({ nodes, settings: { policy: 'plan-only' } })
  for (let n = 0; n < held; n++) bed.apply(`s${n}`, { ports: [{ name: 'web', port: 80, protocol: 'TCP' }] })
  const before = heapMb()
  bed.start()
  await bed.calm()
  const grown = heapMb() - before
  console.log(
    `hold ${held} Services x ${nodes} nodes: ${grown.toFixed(0)} MB more heap, ${((grown / held) * 1024).toFixed(1)} KB each`,
  )
  await bed.stop()
}

await converge()
await hold()
