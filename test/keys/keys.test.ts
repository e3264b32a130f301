import assert from 'node:assert/strict'
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { ServiceObject } from '../../src/model/objects.ts'
import { portable } from '../../src/model/portable.ts'
import { leaveName } from '../../src/model/shared-annotations.ts'
import { indexOf } from '../../src/model/table-index.ts'
import { renderPlan } from '../../src/plan/render.ts'
import { planServices } from '../support/plan-service.ts'
import type { CloudKeys, KeyCase } from './key-case.ts'
import { goldenName, keysOfClouds } from './keys.ts'

const golden = (cloud: string, name: string): string =>
  join(import.meta.dirname, 'golden', cloud, `${name}.txt`)

for (const cloud of keysOfClouds) {
  const { name, annotations } = cloud.blueprint
  for (const one of cloud.cases)
    test(`${name}: ${one.key}: ${one.value}${one.shows === undefined ? '' : ` (${one.shows})`} changes the plan`, () => {
      const [without, withKey] = [planText(cloud, one, false), planText(cloud, one, true)]
      const difference = diffOf(without, withKey)
      assert.notEqual(difference, '', 'the plan is the same with and without the key')
      matches(golden(name, goldenName(one)), `${one.key}: ${JSON.stringify(one.value)}\n\n${difference}`)
    })

  test(`${name}: every key that is implemented has a case`, () => {
    const index = indexOf(annotations)
    const shown = new Set(cloud.cases.map(({ key }) => index.nameOf(key)))
    const missing = Object.entries(annotations)
      // Leave changes nothing of what is made, but whether a change may be: test/plan/leave.test.ts.
      .filter(([row]) => row !== leaveName)
      .filter(([row, spec]) => spec.verdict.is === 'implemented' && !shown.has(row))
      .map(([, spec]) => spec.key)
    assert.deepEqual(missing, [])
  })

  test(`${name}: every portable key has a row, and a case where it is implemented`, () => {
    const { keys } = indexOf(annotations)
    const cases = new Set(cloud.cases.map(({ key }) => key))
    const wanting = Object.values(portable).filter(({ key }) => {
      const row = annotations[keys.get(key) ?? '']
      return row === undefined || (row.verdict.is === 'implemented' && !cases.has(key))
    })
    assert.deepEqual(
      wanting.map(({ key }) => key),
      [],
    )
  })
}

function planText({ blueprint, service, world }: CloudKeys, one: KeyCase, withKey: boolean): string {
  const subject: ServiceObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: '11111111-2222-3333-4444-555555555555',
      annotations: { ...one.beside, ...(withKey ? { [one.key]: one.value } : {}) },
    },
    spec: {
      type: 'LoadBalancer',
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30080 }],
      ...service,
      ...one.spec,
    },
  }
  const { plan, problems } = planServices(blueprint, [subject], { ...world, ...one.world })
  const errors = problems.filter(({ severity }) => severity === 'error')
  assert.deepEqual(errors, [])
  return renderPlan({ ...plan, problems: [] }, { maxParts: 1000 })
}

/** Lines that only one of two texts has, in their order, each under the object that it stands in. */
function diffOf(before: string, after: string): string {
  const [was, is] = [linesOf(before), linesOf(after)]
  const gone = was.filter((line) => !is.includes(line)).map((line) => `- ${line}`)
  const come = is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`)
  return [...gone, ...come].map((line) => `${line}\n`).join('')
}

function linesOf(text: string): readonly string[] {
  let object = ''
  return text.split('\n').flatMap((line) => {
    if (/^ {2}\S/.test(line)) {
      object = line.trim()
      return [object]
    }
    return line.trim() === '' || !line.startsWith('   ')
      ? []
      : [`${object} | ${line.trim().replaceAll(/ {2,}/g, ' ')}`]
  })
}

function matches(file: string, actual: string): void {
  if (process.env['UPDATE'] === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, actual)
  } else assert.equal(actual, readFileSync(file, 'utf8'), `${file} differs (UPDATE=1 rewrites it)`)
}
