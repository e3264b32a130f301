// Runs the stories of test/moto, or says loudly why it does not: users without Python lose this proof, CI must not.
import { spawnSync } from 'node:child_process'

const tests = [
  '--test',
  '--test-isolation=none',
  '--test-reporter=./scripts/test-reporter.mjs',
  'test/moto/*.moto.ts',
]
const python = process.env.PYTHON ?? 'python3'
const probe = spawnSync(python, ['-c', 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))'])

if (probe.status === 0)
  process.exitCode = spawnSync(process.execPath, tests, { stdio: 'inherit' }).status ?? 1
else {
  const why = probe.error?.message ?? String(probe.stderr).trim().split('\n').at(-1) ?? ''
  console.error(
    [
      '='.repeat(100),
      'SKIPPED: the stories against moto did not run, so nothing here was shown to work with a server that is not ours.',
      `They need Python 3.10 or later with venv and pip, as PYTHON or "python3": ${why || 'this one is older'}`,
      'On Debian: apt-get install python3-venv. See localstack/moto/README.md.',
      '='.repeat(100),
    ].join('\n'),
  )
  if (process.env.CI) process.exitCode = 1
}
