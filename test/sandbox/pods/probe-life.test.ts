import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Probe } from '../../../src/sandbox/pods/objects.ts'
import { newProbe, probed, probeNumbers } from '../../../src/sandbox/pods/probe-life.ts'

/** `+` is a look that passed. Answers `decided`, `!` where a failure is told, and the wait, of each look. */
function looks(results: string, probe: Probe): readonly string[] {
  let state = newProbe
  return results.split('').map((result) => {
    const next = probed(state, result === '+', probe)
    state = next.state
    const decided = next.decided === undefined ? '' : next.decided ? 'yes ' : 'no '
    return `${decided}${next.counts ? '! ' : ''}${next.waitMs}`
  })
}

const rows: readonly {
  readonly name: string
  readonly results: string
  readonly probe: Probe
  readonly gives: readonly string[]
}[] = [
  { name: 'it passes at once', results: '++', probe: { periodSeconds: 1 }, gives: ['yes 1000', '1000'] },
  {
    name: 'until the first period is over it is looked at more and more rarely, and no failure counts',
    results: '------',
    probe: { periodSeconds: 1, failureThreshold: 1 },
    gives: ['50', '100', '200', '400', '250', 'no ! 1000'],
  },
  {
    name: 'one of the early ones passes',
    results: '--+-',
    probe: { periodSeconds: 1, failureThreshold: 1 },
    gives: ['50', '100', 'yes 1000', 'no ! 1000'],
  },
  {
    name: 'failures in a row, and only in a row',
    results: '+--+---',
    probe: { periodSeconds: 1 },
    gives: ['yes 1000', '! 1000', '! 1000', '1000', '! 1000', '! 1000', 'no ! 1000'],
  },
  {
    name: 'as many that pass as are asked for',
    results: '+-+++',
    probe: { periodSeconds: 1, successThreshold: 3 },
    gives: ['1000', '! 1000', '1000', '1000', 'yes 1000'],
  },
  {
    name: 'what has failed for good passes again, and no look is early any more',
    results: '+-+-',
    probe: { periodSeconds: 1, failureThreshold: 1 },
    gives: ['yes 1000', 'no ! 1000', 'yes 1000', 'no ! 1000'],
  },
]
for (const { name, results, probe, gives } of rows)
  test(`probe: ${name}`, () => assert.deepEqual(looks(results, probe), gives))

test('numbers that are not said', () => {
  assert.deepEqual(probeNumbers({}), {
    delayMs: 0,
    periodMs: 10_000,
    timeoutMs: 1000,
    successes: 1,
    failures: 3,
  })
  const said = {
    initialDelaySeconds: 2,
    periodSeconds: 3,
    timeoutSeconds: 4,
    successThreshold: 5,
    failureThreshold: 6,
  }
  assert.deepEqual(probeNumbers(said), {
    delayMs: 2000,
    periodMs: 3000,
    timeoutMs: 4000,
    successes: 5,
    failures: 6,
  })
})
