import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schedulers } from '../../../providers/local/annotation-types.ts'
import { localSettings } from '../../../src/config/local-settings.ts'
import { schedulerNames } from '../../../src/relay/frontend.ts'

test('local, schedulers: the annotation and the setting take those of the relay, and no others', () => {
  assert.deepEqual(schedulers, schedulerNames)
  assert.deepEqual(localSettings.scheduler.options, schedulerNames)
})
