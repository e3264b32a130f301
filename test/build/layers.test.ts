import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from './bundle.ts'

/** A rule between rooms that matches nothing looks like one that holds: each is tried here with what it forbids. */
const forbidden: readonly (readonly [file: string, imported: string])[] = [
  ['src/lib/x.ts', '../model/problem.ts'],
  ['src/model/x.ts', '../plan/plan.ts'],
  ['src/model/x.ts', 'node:fs'],
  ['src/plan/x.ts', '../engine/gates.ts'],
  ['src/plan/x.ts', 'valibot'],
  ['src/report/x.ts', '../provider/form.ts'],
  ['src/report/x.ts', '../cli/io.ts'],
  ['src/provider/x.ts', '../config/load.ts'],
  ['src/provider/x.ts', 'undici'],
  ['src/engine/x.ts', '../controller/manager.ts'],
  ['src/engine/x.ts', '../../providers/aws/names.ts'],
  ['src/controller/x.ts', '../report/report.ts'],
  ['src/controller/x.ts', '../../providers/aws/names.ts'],
  ['src/config/x.ts', '../cli/io.ts'],
  ['src/cli/x.ts', '../engine/gates.ts'],
  ['src/cli/x.ts', '../../providers/aws/names.ts'],
  ['src/kube/x.ts', '../controller/manager.ts'],
  ['src/node-proxy/x.ts', '../controller/manager.ts'],
  ['src/node-proxy/x.ts', '../config/load.ts'],
  ['src/relay/x.ts', '../node-proxy/data-plane.ts'],
  ['src/sandbox/x.ts', '../cli/io.ts'],
  ['src/node-proxy/x.ts', '../sandbox/layout.ts'],
  ['src/controller/x.ts', '../sandbox/layout.ts'],
  ['src/observe/x.ts', '../kube/port.ts'],
  ['providers/gcp/x.ts', '../aws/names.ts'],
  ['providers/gcp/kinds/x.ts', '../../aws/names.ts'],
  ['providers/gcp/x.ts', '../../src/report/report.ts'],
  ['providers/gcp/x.ts', '../../src/cli/io.ts'],
  ['providers/gcp/x.ts', 'valibot'],
  ['providers/gcp/x.ts', 'node:crypto'],
  ['providers/aws/x.ts', '@aws-sdk/client-ec2'],
  ['providers/aws/x.ts', './client.ts'],
  ['providers/aws/kinds/x.ts', '../fetch-facts.ts'],
  ['providers/aws/facts-schema.ts', '../gcp/names.ts'],
  ['test/providers/gcp/x.ts', '../../../providers/aws/names.ts'],
  ['test/vectors/gcp/x.ts', '../../../providers/aws/names.ts'],
]

const allowed: typeof forbidden = [
  ['src/model/x.ts', '../lib/ip.ts'],
  ['src/plan/x.ts', '../provider/form.ts'],
  ['src/report/x.ts', '../plan/plan.ts'],
  ['src/config/x.ts', '../provider/configs.ts'],
  ['src/node-proxy/x.ts', '../relay/frontend.ts'],
  ['src/sandbox/x.ts', '../../localstack/kubernetes/state.ts'],
  ['src/sandbox/x.ts', '../controller/manager.ts'],
  ['src/cli/x.ts', '../sandbox/layout.ts'],
  ['providers/gcp/kinds/x.ts', '../../../src/plan/resource.ts'],
  ['providers/gcp/facts-schema.ts', 'valibot'],
  ['providers/aws/client.ts', '@aws-sdk/client-ec2'],
  ['providers/aws/index.ts', './client.ts'],
  ['test/providers/gcp/x.ts', '../../../providers/gcp/names.ts'],
]

test('what one room may not import of another is an error of the linter', () => {
  const folder = temporaryFolder()
  copyFileSync('.oxlintrc.json', join(folder, '.oxlintrc.json'))
  // Files of one name get the imports of all their rows, a line each.
  const files = new Map<string, string[]>()
  for (const [file, imported] of [...forbidden, ...allowed])
    files.set(file, [...(files.get(file) ?? []), imported])
  for (const [file, imports] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    const lines = imports.map((from, at) => `export * as x${at} from '${from}'\n`)
    writeFileSync(join(folder, file), lines.join(''))
  }
  const { stdout } = spawnSync(resolve('node_modules/.bin/oxlint'), ['--format=unix'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const refused = new Set(
    [...stdout.matchAll(/^(?:\.\/)?(\S+?):(\d+):\d+: .*restricted/gm)].map(
      ([, file = '', line = '']) => `${file} ${files.get(file)?.[Number(line) - 1] ?? ''}`,
    ),
  )
  assert.deepEqual(refused, new Set(forbidden.map((row) => row.join(' '))))
})
