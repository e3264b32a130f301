// Runs the test files named by the patterns, dealt out to as many processes as there are cores, and reports them as one.
// A process for each file would spend most of its time on loading the same modules again. `--figures` shows what tests
// measured, too.
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import report from './test-reporter.mjs'

const {
  positionals: patterns,
  values: { figures },
} = parseArgs({
  allowPositionals: true,
  options: { figures: { type: 'boolean', default: false } },
})
const files = [...new Set(patterns.flatMap((pattern) => globSync(pattern)))].toSorted((a, b) =>
  a < b ? -1 : 1,
)
if (files.length === 0) {
  console.error(`no test file matches ${patterns.join(' ') || 'nothing: name files or patterns'}`)
  process.exit(1)
}
const count = Math.min(availableParallelism(), 4, files.length)
// Neighbours are alike, and long ones stand together: dealt in turn, every process gets its share of them.
const lanes = Array.from({ length: count }, (_, lane) => files.filter((_file, at) => at % count === lane))
const dir = mkdtempSync(join(tmpdir(), 'lb-controller-test-'))

const laneEntry = './scripts/test-lane.mjs'
// Far longer than any test takes: one that waits for ever gets a name in the report.
const limit = '--test-timeout=600000'
const args = ['--test', '--test-isolation=none', limit, '--test-reporter=./scripts/test-lane-reporter.mjs']

const run = (lane, at) =>
  new Promise((resolve) => {
    const events = join(dir, `${at}.jsonl`)
    const child = spawn(process.execPath, [...args, `--test-reporter-destination=${events}`, laneEntry], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, LB_CONTROLLER_TEST_FILES: JSON.stringify(lane) },
    })
    child.on('exit', (code, signal) => resolve({ events, lane, ended: signal ?? code }))
  })

const told = ({ events }) =>
  readFileSync(events, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

try {
  const results = await Promise.all(lanes.map(run))
  const events = results.map(told)
  const shown = events.flat().filter(({ type }) => figures || type !== 'test:diagnostic')
  for await (const text of report(shown)) process.stdout.write(text)
  for (const [at, { lane, ended }] of results.entries()) {
    if (ended === 0) continue
    process.exitCode = 1
    // Without a failed test the process itself went wrong, and tests of its files may be missing above.
    if (!events[at].some(({ type }) => type === 'test:fail'))
      console.error(`a process of ${lane.length} test files ended with ${ended}: ${lane.join(' ')}`)
  }
} finally {
  rmSync(dir, { recursive: true })
}
