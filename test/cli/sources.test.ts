import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { invokeToy } from './invoke.ts'

const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { type: LoadBalancer, ports: [{ port: 80 }] }\n`

const folder = mkdtempSync(join(tmpdir(), 'lb-sources-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'all/below'), { recursive: true })
mkdirSync(join(folder, 'none'))
writeFileSync(join(folder, 'all/b.yml'), service('b'))
writeFileSync(join(folder, 'all/a.yaml'), service('a'))
writeFileSync(join(folder, 'all/notes.txt'), 'not: [a manifest')
writeFileSync(join(folder, 'all/below/c.yaml'), service('c'))
writeFileSync(join(folder, 'utf16.yaml'), Buffer.from(`\ufeff${service('wide')}`, 'utf16le'))
writeFileSync(join(folder, 'marked.yaml'), `\ufeff${service('marked')}`)
writeFileSync(join(folder, 'windows.yaml'), service('windows').replaceAll('\n', '\r\n'))

interface Row {
  readonly name: string
  readonly args: readonly string[]
  readonly stdin?: string
  readonly services: readonly string[]
}

const rows: readonly Row[] = [
  { name: 'a folder, by name of its files', args: ['all'], services: ['default/a', 'default/b'] },
  { name: 'folders below it', args: ['all', '-R'], services: ['default/a', 'default/b', 'default/c'] },
  {
    name: 'several places, and shows their Services by name',
    args: ['all/below', 'all/b.yml'],
    services: ['default/b', 'default/c'],
  },
  { name: 'UTF-16 from a Windows shell', args: ['utf16.yaml'], services: ['default/wide'] },
  { name: 'a byte order mark', args: ['marked.yaml'], services: ['default/marked'] },
  { name: 'Windows line ends', args: ['windows.yaml'], services: ['default/windows'] },
  { name: 'standard input', args: ['-'], stdin: service('piped'), services: ['default/piped'] },
  { name: 'a namespace for those without', args: ['all/b.yml', '-n', 'shop'], services: ['shop/b'] },
]

for (const { name, args, stdin, services } of rows)
  test(`dry-run reads ${name}`, async () => {
    const places = args.map((arg) => (/^(-|shop$)/.test(arg) ? arg : join(folder, arg)))
    const { out, err } = await invokeToy(
      ['dry-run', ...places, '-o', 'json'],
      stdin === undefined ? {} : { stdin },
    )
    assert.equal(err, '')
    const { plans } = JSON.parse(out) as { plans: { services: { name: string }[] }[] }
    assert.deepEqual(
      plans[0]?.services.map((one) => one.name),
      services,
    )
  })

test('a folder without manifests is an error', async () => {
  const { code, err } = await invokeToy(['dry-run', join(folder, 'none')])
  assert.equal(code, 1)
  assert.match(err, /none LB_FILE_MISSING error: the folder holds no .yaml/)
})

test('a folder may hold other YAML: that is a warning, and an error only for a file that was named', async () => {
  const values = join(folder, 'chart/values.yaml')
  mkdirSync(join(folder, 'chart'))
  writeFileSync(values, 'replicas: 2\n')
  writeFileSync(join(folder, 'chart/service.yaml'), service('charted'))
  const whole = await invokeToy(['dry-run', join(folder, 'chart')])
  assert.equal(whole.code, 0)
  assert.match(whole.err, /values\.yaml:1:1 LB_FILE_NOT_AN_OBJECT warning: kind is missing/)
  assert.equal((await invokeToy(['dry-run', values])).code, 1)
})
