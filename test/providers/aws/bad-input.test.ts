import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import { awsWorld } from '../../keys/aws-world.ts'
import { service } from '../../model/service.ts'
import { contribute } from '../../support/plan-service.ts'
import { addresses } from './bad-input/addresses.ts'
import { groups } from './bad-input/groups.ts'
import { ports } from './bad-input/ports.ts'
import { prefix } from './bad-input/row.ts'
import { shape } from './bad-input/shape.ts'
import { subnets } from './bad-input/subnets.ts'

for (const row of [...addresses, ...shape, ...subnets, ...groups, ...ports])
  test(`aws: bad input: ${row.name}`, () => {
    const annotations = Object.fromEntries(
      Object.entries(row.annotations ?? {}).map(([key, value]) => [
        key.includes('/') ? key : prefix + key,
        value,
      ]),
    )
    const subject = service(
      { ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: 30080 }], ...row.spec },
      { annotations },
    )
    const { problems, resources } = contribute(createBlueprint(row.config ?? {}), subject, {
      ...awsWorld,
      ...row.world,
    })
    const found = problems.find(({ code, path }) => code === row.code && path === row.path)
    assert.ok(found !== undefined, JSON.stringify(problems, undefined, 1))
    assert.equal(found.severity, row.severity ?? 'error')
    if (row.value !== undefined) assert.equal(found.value, row.value)
    assert.ok(
      found.accepted !== undefined || found.hint !== undefined || row.severity !== undefined,
      'no way out',
    )
    assert.match(`${found.message} ${found.accepted} ${found.hint}`, row.says)
    if (row.severity === undefined) assert.deepEqual(resources, [])
    else assert.notDeepEqual(resources, [])
  })
