import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { isHeavy, loadedModules, packagesIn } from '../../bench/loaded-modules.ts'
import { builtOnce } from './bundle.ts'
import { oldNode } from './old-node.ts'

const example = 'manifests/examples/nlb.yaml'

test('the bin may be executed, and says which Node it runs on', async () => {
  const { main } = await builtOnce()
  assert.equal(statSync(main).mode & 0o777, 0o755)
  const { stdout, stderr } = spawnSync(process.execPath, [main, '--version'], { encoding: 'utf8' })
  assert.equal(stderr, '')
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

test('an old Node is asked for Node >= 22.19, in one line', async () => {
  const { main } = await builtOnce()
  const { command, args, version } = oldNode()
  const { status, stdout, stderr } = spawnSync(command, [...args, main, '--version'], { encoding: 'utf8' })
  assert.deepEqual(
    { status, stdout, stderr },
    { status: 1, stdout: '', stderr: `lb-controller: Node >= 22.19 is needed and this is ${version}\n` },
  )
})

test('a dry run loads no SDK and no client of a cluster; --version and explain no YAML either', async () => {
  const { main, bundle } = await builtOnce()
  const everything = packagesIn(Object.keys(bundle), bundle)
  assert.ok([...everything].some(isHeavy), 'the bundle does hold an SDK')

  const dryRun = packagesIn(loadedModules(main, ['dry-run', example]), bundle)
  assert.ok(dryRun.has('yaml'))
  assert.deepEqual([...dryRun].filter(isHeavy), [])

  for (const args of [['--version'], ['explain']])
    assert.ok(!packagesIn(loadedModules(main, args), bundle).has('yaml'), args.join(' '))
})

/** Of another cloud a run has its settings with their checks, since those are looked at whole, and nothing else. */
const needless = (cloud: string): RegExp =>
  new RegExp(
    [
      String.raw`^providers/(?!${cloud}/|\w+/config\.ts$|openstack/subnet-match\.ts$|local/server/pools\.ts$)`,
      String.raw`^providers/\w+/(index|client|fetch-[-\w]+|facts-schema)\.ts$`,
      String.raw`^src/(engine|controller|kube|observe|node-proxy|relay)/`,
      String.raw`^src/report/(html|svg|mermaid|github|graph|layout|compare|asks|differences)`,
      String.raw`^src/cli/(dry-run-compare|compare-texts|run|status|node-proxy[-a-z]*)\.ts$`,
    ].join('|'),
  )

async function sourcesOf(...args: readonly string[]): Promise<readonly string[]> {
  const { main, bundle } = await builtOnce()
  return loadedModules(main, ['dry-run', example, ...args]).flatMap((url) => bundle[basename(url)] ?? [])
}

for (const cloud of ['aws', 'gcp', 'azure', 'openstack', 'local'])
  test(`a dry run for ${cloud} loads no other cloud, no calls, and no form that was not asked for`, async () => {
    const loaded = await sourcesOf('--provider', cloud)
    assert.ok(loaded.includes(`providers/${cloud}/blueprint.ts`))
    assert.deepEqual(
      loaded.filter((source) => needless(cloud).test(source)),
      [],
    )
  })

test('what is left out of a plain dry run is loaded when it is asked for', async () => {
  const loaded = await sourcesOf('--compare', '-o', 'html')
  for (const file of [
    'src/report/html-compare.ts',
    'src/report/compare.ts',
    'providers/openstack/blueprint.ts',
  ])
    assert.ok(loaded.includes(file), file)
})

test('every file that is loaded is one of the bundle', async () => {
  const { main, bundle } = await builtOnce()
  for (const url of loadedModules(main, ['dry-run', example])) assert.ok(basename(url) in bundle, url)
})

test('a reader that leaves early is no error', async () => {
  const { main } = await builtOnce()
  const command = `"${process.execPath}" "${main}" dry-run -o json manifests/examples; echo "$?" >&2`
  const { stderr } = spawnSync('bash', ['-c', `(${command}) | head -c 1 >/dev/null`], { encoding: 'utf8' })
  assert.doesNotMatch(stderr, /EPIPE|Error|^ +at \S+ \(/m)
})

for (const output of ['tree', 'json', 'yaml', 'mermaid', 'html', 'github'])
  test(`the bundle writes ${output}`, async () => {
    const { main } = await builtOnce()
    const args = [main, 'dry-run', example, '--provider', 'aws', '-o', output]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.ok(output === 'github' || stdout.length > 100, stdout)
  })
