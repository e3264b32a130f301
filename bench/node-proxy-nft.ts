/**
 * What the node proxy's table costs in the kernel: to load, to change, beside a layout of one chain per Service, and to
 * the connections that go through it. In network namespaces of its own. Needs root, nft and iperf3.
 *
 * `--check` ends with 1 when a bar is missed; `--short` takes fewer rounds and no table of 30,000 Services; `--only`
 * loads, changes, chains or packets takes that part.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Nft, nftProgram } from '../src/node-proxy/nftables/nft.ts'
import { NftablesPlane } from '../src/node-proxy/nftables/plane.ts'
import type { Row } from '../src/node-proxy/table/row.ts'
import { loadAverage } from './load-average.ts'
import { chainsGround, chainsOf, chainsReplaced } from './node-proxy-nft-chains.ts'
import { replaced, rowOf, rowsOf, type Shape, tableOf } from './node-proxy-nft-shapes.ts'
import { traffic } from './node-proxy-nft-traffic.ts'

const inner = 'LB_BENCH_NFT'
const short = process.argv.includes('--short')
const only = process.argv.at(process.argv.indexOf('--only') + 1)
const wanted = (part: string): boolean => !process.argv.includes('--only') || only === part
const rounds = short ? 3 : 9
const { signal } = new AbortController()

interface Measured {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly bar: number
  readonly better: 'less' | 'more'
}

const results: Measured[] = []
const note = (
  what: string,
  value: number,
  unit: string,
  bar: number,
  better: 'less' | 'more' = 'less',
): void => {
  results.push({ what, value, unit, bar, better })
  const missed = better === 'less' ? value > bar : value < bar
  console.log(
    `${what.padEnd(62)} ${value.toFixed(value < 10 ? 2 : 0).padStart(7)} ${unit.padEnd(4)} bar ${bar}${missed ? '  MISSED' : ''}`,
  )
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** nft with a watch on the memory of its processes and on its time. */
class Watched implements Nft {
  readonly #nft = nftProgram({ ahead: 2 })
  ms = 0
  peakMb = 0

  run = (...args: Parameters<Nft['run']>) => this.#watch(() => this.#nft.run(...args))
  refusals = (...args: Parameters<Nft['refusals']>) => this.#watch(() => this.#nft.refusals(...args))
  list = (...args: Parameters<Nft['list']>) => this.#watch(() => this.#nft.list(...args))
  version = (...args: Parameters<Nft['version']>) => this.#watch(() => this.#nft.version(...args))
  end = () => this.#nft.end()

  async #watch<T>(work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => this.#look(), 2)
    const start = performance.now()
    try {
      return await work()
    } finally {
      this.ms += performance.now() - start
      clearInterval(timer)
    }
  }

  #look(): void {
    try {
      const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
      for (const pid of children) {
        const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        this.peakMb = Math.max(this.peakMb, Number(peak ?? 0) / 1024)
      }
    } catch {
      // It ended in between.
    }
  }
}

const flush = () => nftProgram().run('flush ruleset\n', signal)

async function must(
  plane: NftablesPlane,
  rows: ReadonlyMap<string, Row>,
  changed: ReadonlySet<string> | 'all',
): Promise<void> {
  const { failures } = await plane.apply(tableOf(rows), changed, signal)
  if (failures.length > 0) throw new Error(failures[0]?.message)
}

async function loads(count: number, shape: Shape, bar: number): Promise<void> {
  const rows = rowsOf(count, shape)
  const [seconds, whole, peaks]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < (short ? 1 : 3); round++) {
    await flush()
    const nft = new Watched()
    whole.push((await timed(() => must(new NftablesPlane({ nft }), rows, 'all'))) / 1000)
    seconds.push(nft.ms / 1000)
    peaks.push(nft.peakMb)
  }
  const name = `load ${count} x 2 ${shape === 'cluster' ? 'ClusterIP' : 'LoadBalancer'}`
  note(`${name}, in nft`, median(seconds), 's', bar)
  note(`${name}, from the rows on`, median(whole), 's', bar * 1.5)
  note(`${name}, peak of an nft child`, Math.max(...peaks), 'MB', 150)
  const nft = new Watched()
  note(
    `${name}, again over itself`,
    (await timed(() => must(new NftablesPlane({ nft }), rows, 'all'))) / 1000,
    's',
    bar * 2,
  )
}

async function changes(count: number, addBar: number): Promise<void> {
  await flush()
  const rows = rowsOf(count, 'cluster')
  const plane = new NftablesPlane()
  await must(plane, rows, 'all')
  const put = async (changed: readonly Row[]) => {
    for (const row of changed) rows.set(row.key, row)
    await sleep(pauseMs)
    return timed(() => must(plane, rows, new Set(changed.map(({ key }) => key))))
  }
  const [one, add, hundred, ratios]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let round = 0; round < Math.max(9, rounds * 2); round++) {
    const single = await put([replaced(round, 'cluster', round)])
    const many = await put(
      Array.from({ length: 100 }, (_, at) => replaced(100 + at, 'cluster', 1000 * (round + 1) + at)),
    )
    add.push(await put([rowOf(count + round, 'cluster')]))
    one.push(single)
    hundred.push(many)
    ratios.push(many / single)
  }
  note(`one endpoint replaced at ${count}`, median(one), 'ms', 35)
  note(`one Service added at ${count}`, median(add), 'ms', addBar)
  note(`100 changes together at ${count}`, median(hundred), 'ms', 35 * 2.5)
  note(`100 changes together at ${count}, against one`, median(ratios), 'x', 2.5)
  note(`whether all is there at ${count}`, await timed(() => plane.intact(signal)), 'ms', 100)
}

/** The proxy writes that often at most. */
const pauseMs = 100

async function chains(count: number): Promise<void> {
  const rows = rowsOf(count, 'cluster')
  const list = [...rows.values()]
  const nft = nftProgram()
  const loadRatios: number[] = []
  const changeRatios: number[] = []
  for (let round = 0; round < rounds; round++) {
    await flush()
    // The time of nft on both sides: making the text is no part of a layout.
    const loading = new Watched()
    await must(new NftablesPlane({ nft: loading }), rows, 'all')
    await flush()
    const theirs = new Watched()
    await theirs.run(chainsGround, signal)
    for (let from = 0; from < list.length; from += 500)
      await theirs.run(chainsOf(list.slice(from, from + 500)), signal)
    loadRatios.push(theirs.ms / loading.ms)
    const plane = new NftablesPlane()
    const theirChanges: number[] = []
    const ourChanges: number[] = []
    for (let turn = 0; turn < 3; turn++) {
      const [before, after] = [list[turn], replaced(turn, 'cluster', turn)]
      await sleep(pauseMs)
      if (before !== undefined)
        theirChanges.push(await timed(() => nft.run(chainsReplaced(before, after), signal)))
    }
    await flush()
    await must(plane, rows, 'all')
    const mine = new Map(rows)
    for (let turn = 0; turn < 3; turn++) {
      const after = replaced(turn, 'cluster', turn)
      mine.set(after.key, after)
      await sleep(pauseMs)
      ourChanges.push(await timed(() => must(plane, mine, new Set([after.key]))))
    }
    changeRatios.push(median(theirChanges) / median(ourChanges))
  }
  note(`a chain per Service at ${count}, to load`, median(loadRatios), 'x', 12, 'more')
  note(`a chain per Service at ${count}, to change one`, median(changeRatios), 'x', 5, 'more')
}

async function packets(name: string): Promise<void> {
  await flush()
  const between = await traffic(name, 10_000, 1)
  try {
    const ratios: Record<'wall' | 'cpu' | 'bare' | 'throughput' | 'toBare' | 'masqueraded', number[]> = {
      wall: [],
      bare: [],
      toBare: [],
      cpu: [],
      throughput: [],
      masqueraded: [],
    }
    for (let round = 0; round < rounds; round++) {
      const first =
        round % 2 === 0
          ? (['direct', 'nft', 'bare', 'masqueraded'] as const)
          : (['masqueraded', 'bare', 'nft', 'direct'] as const)
      const none = { wall: 0, cpu: 0 }
      const [connections, throughput] = [
        { direct: none, bare: none, nft: none, masqueraded: none },
        { direct: 0, bare: 0, nft: 0, masqueraded: 0 },
      ]
      for (const to of first) connections[to] = between.connections(to)
      for (const to of first) throughput[to] = between.throughput(to)
      ratios.wall.push(connections.nft.wall / connections.direct.wall)
      ratios.cpu.push(connections.nft.cpu / connections.direct.cpu)
      ratios.masqueraded.push(connections.masqueraded.cpu / connections.direct.cpu)
      ratios.bare.push(connections.nft.cpu / connections.bare.cpu)
      ratios.toBare.push(throughput.nft / throughput.bare)
      ratios.throughput.push(throughput.nft / throughput.direct)
    }
    const what = 'new connections through 10,000 Services, against direct'
    note(what, median(ratios.wall), 'x', 0.9, 'more')
    note('the same per second of processor time', median(ratios.cpu), 'x', 0.9, 'more')
    note('the same, against one rule that translates', median(ratios.bare), 'x', 0.9, 'more')
    note('the same masqueraded, with random ports', median(ratios.masqueraded), 'x', 0.5, 'more')
    note('throughput through 10,000 Services, against direct', median(ratios.throughput), 'x', 0.9, 'more')
    note('the same, against one rule that translates', median(ratios.toBare), 'x', 0.9, 'more')
  } finally {
    between.close()
  }
}

if (process.env[inner] === undefined) {
  const name = `lbbench-nft-${process.pid}`
  spawnSync('ip', ['netns', 'add', name], { stdio: 'inherit' })
  try {
    const { status } = spawnSync(
      'ip',
      ['netns', 'exec', name, process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)],
      { stdio: 'inherit', env: { ...process.env, [inner]: name } },
    )
    process.exitCode = status ?? 1
  } finally {
    spawnSync('ip', ['netns', 'del', name])
  }
} else {
  console.log(`${rounds} rounds, ${loadAverage()}`)
  if (wanted('loads')) {
    await loads(10_000, 'cluster', 1)
    await loads(10_000, 'balanced', 2.5)
  }
  if (wanted('loads') && !short) {
    await loads(30_000, 'cluster', 3)
    await loads(30_000, 'balanced', 9)
  }
  if (wanted('changes')) {
    await changes(1_000, 12)
    await changes(10_000, 25)
    if (!short) await changes(30_000, 50)
  }
  if (wanted('chains')) await chains(5_000)
  if (wanted('packets')) await packets(process.env[inner])
  console.log(`ended at ${loadAverage()}`)
  const missed = results.filter(({ value, bar, better }) => (better === 'less' ? value > bar : value < bar))
  if (process.argv.includes('--check') && missed.length > 0) process.exitCode = 1
}
