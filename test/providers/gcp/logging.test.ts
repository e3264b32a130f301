import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backendServiceForm } from '../../../providers/gcp/kinds/backend-service-form.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { asked, built, facts, planned, service } from './world.ts'

const canonical = ({ logConfig }: { logConfig: JsonObject }): unknown =>
  backendServiceForm.canonical({ loadBalancingScheme: 'EXTERNAL', logConfig })['logConfig']

const rows: readonly { name: string; logConfig: JsonObject; means: JsonObject }[] = [
  {
    name: 'off: what else is left there means nothing',
    logConfig: { enable: false, sampleRate: 0.5, optionalMode: 'CUSTOM', optionalFields: ['tls.cipher'] },
    means: { enable: false },
  },
  {
    name: 'on, with the usual fields: a list of them means nothing',
    logConfig: { enable: true, optionalMode: 'INCLUDE_ALL_OPTIONAL', optionalFields: ['tls.cipher'] },
    means: { enable: true, optionalMode: 'INCLUDE_ALL_OPTIONAL' },
  },
  {
    name: 'on, with chosen fields',
    logConfig: { enable: true, optionalMode: 'CUSTOM', optionalFields: ['tls.cipher'] },
    means: { enable: true, optionalMode: 'CUSTOM', optionalFields: ['tls.cipher'] },
  },
]

for (const { name, logConfig, means } of rows)
  test(`logging: ${name}`, () => assert.deepEqual(canonical({ logConfig }), means))

const logged = service({}, { 'networking.gke.io/l4lb-config': 'edge' })
const saying = (logging: JsonObject) => ({ facts: { ...facts, logging: { 'shop/edge': logging } } })

test('logging that is switched off is one change, and none the next time', () => {
  const backend = (config: JsonObject) =>
    built(logged).map((item) =>
      item.kind === 'backend-service' ? { ...item, spec: { ...item.spec, logConfig: config } } : item,
    )
  const changes = (config: JsonObject) =>
    planned([logged], { ...saying({ enabled: false }), observed: backend(config) })
      .plan.steps.filter(({ kind }) => kind === 'backend-service')
      .flatMap(({ fields = [] }) => fields.map(({ path, after }) => `${path}: ${JSON.stringify(after)}`))
  assert.equal(asked(logged, saying({ enabled: false })).problems.length, 0)
  assert.deepEqual(changes({ enable: true, sampleRate: 1, optionalMode: 'EXCLUDE_ALL_OPTIONAL' }), [
    'logConfig.enable: false',
  ])
  assert.deepEqual(changes({ enable: false }), [])
})
