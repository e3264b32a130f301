/**
 * How long a dry run of one file takes, from the shell's side: the built bin beside a bare start of the same Node, in
 * turns, so that whatever else the machine does hits both. Ends with 1 when a bar is missed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from '../scripts/build.ts'
import { isHeavy, loadedModules, packagesIn } from './loaded-modules.ts'

const runs = 15
const bars = { ms: 150, ratio: 4 }

function milliseconds(args: readonly string[]): number {
  const start = performance.now()
  const { status, signal } = spawnSync(process.execPath, args, { stdio: 'ignore' })
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${String(status ?? signal)}`)
  return performance.now() - start
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const folder = mkdtempSync(join(tmpdir(), 'lb-start-'))
try {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const bundle = await build(join(folder, 'dist'))
  const main = join(folder, 'dist/main.js')
  const file = fileURLToPath(new URL('../manifests/examples/nlb.yaml', import.meta.url))
  const dryRun = [main, 'dry-run', file]
  const bare = ['-e', '0']

  const heavy = [...packagesIn(loadedModules(main, dryRun.slice(1)), bundle)].filter(isHeavy)
  const times: { dryRun: number[]; bare: number[] } = { dryRun: [], bare: [] }
  for (let run = 0; run < runs; run++) {
    times.bare.push(milliseconds(bare))
    times.dryRun.push(milliseconds(dryRun))
  }
  const [ms, bareMs] = [median(times.dryRun), median(times.bare)]
  const ratio = ms / bareMs
  console.log(`median of ${runs}, Node ${process.versions.node}`)
  console.log(`  dry-run of one file  ${ms.toFixed(0).padStart(4)} ms  (bar ${bars.ms} ms)`)
  console.log(`  a bare start         ${bareMs.toFixed(0).padStart(4)} ms`)
  console.log(`  ratio                ${ratio.toFixed(1).padStart(4)}     (bar ${bars.ratio})`)
  console.log(`  SDKs loaded          ${heavy.length === 0 ? 'none' : heavy.join(', ')}`)
  if (ms >= bars.ms || ratio >= bars.ratio || heavy.length > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
