/**
 * The bars of the sandbox as a whole, on the built program: how long it takes to start, what it takes of memory and of a
 * core while nobody asks it for anything, how long a new Service takes until a byte comes through its address, and the
 * same with 200 Services and 1,000 pods on 10 nodes.
 *
 * `node bench/sandbox.ts [--check] [--base 51] [--rounds 5] [--only start,service,large]`; `--check` ends with 1 beyond a
 * bar.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.ts'
import type { Client } from '../src/kube/client.ts'
import { services } from '../src/kube/port.ts'
import type { ServiceObject } from '../src/model/objects.ts'
import { loadAverage } from './load-average.ts'
import { treeMemory, treeOf } from './process-tree.ts'
import { answers, firstByte, idleShare, startSandbox } from './sandbox-run.ts'
import { echoOf, serviceOf } from './sandbox-objects.ts'

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: '51' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'start,service,large' },
    check: { type: 'boolean', default: false },
  },
})
const base = Number(values.base)
const quietMs = 10_000
const one = { services: 100 }
const large = { nodes: 10, services: 200, replicas: 5 }

interface Row {
  readonly what: string
  readonly figure: number
  readonly unit: 's' | 'ms' | 'MB' | '%'
  /** At most; absent: told, not judged. */
  readonly bar?: number
}

const quantile = (sample: readonly number[], part: number): number =>
  sample.toSorted((a, b) => a - b)[Math.min(sample.length - 1, Math.floor(part * sample.length))] ??
  Number.NaN

const signal = AbortSignal.timeout(600_000)

/** Starts it several times, the last of which stays for a while. */
async function ofStart(main: string): Promise<readonly Row[]> {
  const ready: number[] = []
  for (let round = 1; round < Number(values.rounds); round++) {
    const run = await startSandbox({ main, base })
    ready.push(run.readyMs)
    await run.close()
  }
  const run = await startSandbox({ main, base })
  try {
    ready.push(run.readyMs)
    await sleep(3_000)
    const share = await idleShare(run, quietMs)
    const { rssMb, pssMb, privateMb } = treeMemory(run.pid)
    return [
      {
        what: `start to ready, median of ${ready.length}`,
        figure: quantile(ready, 0.5),
        unit: 'ms',
        bar: 2_000,
      },
      { what: `idle, ${treeOf(run.pid).length} processes: RSS, summed`, figure: rssMb, unit: 'MB', bar: 150 },
      { what: 'idle: PSS, summed', figure: pssMb, unit: 'MB' },
      { what: 'idle: private, summed', figure: privateMb, unit: 'MB' },
      { what: 'idle: of a core', figure: 100 * share, unit: '%', bar: 2 },
    ]
  } finally {
    await run.close()
  }
}

/** One Service after the other, all in front of the same pods, which are ready. */
async function ofService(main: string, folder: string): Promise<readonly Row[]> {
  const file = join(folder, 'web.json')
  writeFileSync(file, JSON.stringify(echoOf('web', 2)))
  const run = await startSandbox({ main, base, args: ['--file', file], awaited: 1 })
  try {
    const samples = []
    for (let n = 0; n < one.services; n++)
      samples.push(await firstByte(run.client, serviceOf(`s${n}`, 'web')))
    const ms = samples.map((sample) => sample.ms)
    const addressMs = samples.map((sample) => sample.addressMs)
    return [
      { what: 'Service to first byte, median', figure: quantile(ms, 0.5), unit: 'ms', bar: 300 },
      { what: 'Service to first byte, p99', figure: quantile(ms, 0.99), unit: 'ms', bar: 1_000 },
      { what: 'of that until it has an address, median', figure: quantile(addressMs, 0.5), unit: 'ms' },
    ]
  } finally {
    await run.close()
  }
}

async function ofLarge(main: string, folder: string): Promise<readonly Row[]> {
  const file = join(folder, 'large.json')
  const names = Array.from({ length: large.services }, (_, n) => `web-${n}`)
  const items = names.flatMap((name) => [echoOf(name, large.replicas), serviceOf(name, name)])
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  const args = ['--nodes', String(large.nodes), '--file', file]
  const run = await startSandbox({ main, base, args, awaited: items.length })
  try {
    await sleep(5_000)
    const share = await idleShare(run, quietMs)
    const { rssMb, pssMb, privateMb } = treeMemory(run.pid)
    const addresses = await addressesOf(run.client)
    const began = performance.now()
    await run.remove(names)
    const askedMs = performance.now() - began
    while ((await addressesOf(run.client)).length > 0) await sleep(20)
    for (const address of addresses) while (await answers(address, 80)) await sleep(20)
    const goneMs = performance.now() - began
    const of = `${large.services} Services, ${large.services * large.replicas} pods, ${large.nodes} nodes`
    return [
      { what: `${of}: start until all serve`, figure: run.servingMs / 1000, unit: 's', bar: 10 },
      { what: 'idle: RSS, summed', figure: rssMb, unit: 'MB' },
      { what: 'idle: PSS, summed', figure: pssMb, unit: 'MB' },
      { what: 'idle: private, summed', figure: privateMb, unit: 'MB' },
      { what: 'idle: of a core', figure: 100 * share, unit: '%', bar: 2 },
      { what: 'all Services deleted: until taken', figure: askedMs / 1000, unit: 's' },
      { what: 'all Services deleted: until gone', figure: goneMs / 1000, unit: 's', bar: 10 },
    ]
  } finally {
    await run.close()
  }
}

/** Of Services that are balanced, also of those that are on their way out. */
async function addressesOf(client: Client): Promise<readonly string[]> {
  const { items } = await client.list<ServiceObject>(services, {}, signal)
  return items.flatMap(({ spec, status }) =>
    spec?.type === 'LoadBalancer' ? [status?.loadBalancer?.ingress?.[0]?.ip ?? ''] : [],
  )
}

const folder = mkdtempSync(join(tmpdir(), 'lb-sandbox-bench-'))
try {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  await build(join(folder, 'dist'))
  const main = join(folder, 'dist/main.js')
  const parts = { start: ofStart, service: ofService, large: ofLarge }
  console.log(`Node ${process.versions.node}, ${loadAverage()}`)
  for (const [name, measure] of Object.entries(parts)) {
    if (!values.only.split(',').includes(name)) continue
    for (const row of await measure(main, folder)) tell(row)
  }
  console.log(loadAverage())
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function tell({ what, figure, unit, bar }: Row): void {
  const isMissed = bar !== undefined && figure >= bar
  const digits = figure < 10 ? 2 : 0
  const judged = bar === undefined ? '' : `(bar ${bar} ${unit})${isMissed ? '  MISSED' : ''}`
  console.log(`  ${what.padEnd(60)} ${figure.toFixed(digits).padStart(7)} ${unit.padEnd(2)}  ${judged}`)
  if (isMissed && values.check) process.exitCode = 1
}
