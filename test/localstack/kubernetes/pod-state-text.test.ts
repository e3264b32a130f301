import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podColumns } from '../../../localstack/kubernetes/table/pod-columns.ts'
import { podStateText } from '../../../localstack/kubernetes/table/pod-state-text.ts'
import type { AnyObject } from '../../../localstack/kubernetes/object.ts'

const running = { ready: true, state: { running: {} } }
const ended = (exitCode: number, reason?: string) => ({ state: { terminated: { exitCode, reason } } })
const waiting = (reason: string) => ({ state: { waiting: { reason } } })

const rows = [
  { name: 'nothing is known', status: {}, shown: 'Unknown' },
  { name: 'only a phase', status: { phase: 'Pending' }, shown: 'Pending' },
  {
    name: 'a container waits',
    status: { phase: 'Pending', containerStatuses: [waiting('ContainerCreating')] },
    shown: 'ContainerCreating',
  },
  {
    name: 'the first of two counts',
    status: { phase: 'Running', containerStatuses: [waiting('CrashLoopBackOff'), waiting('ErrImagePull')] },
    shown: 'CrashLoopBackOff',
  },
  {
    name: 'an end without a reason',
    status: { phase: 'Failed', containerStatuses: [ended(3)] },
    shown: 'ExitCode:3',
  },
  {
    name: 'one has ended well, one runs',
    status: { phase: 'Running', containerStatuses: [running, ended(0, 'Completed')] },
    shown: 'NotReady',
  },
  {
    name: 'the second init container is under way',
    status: {
      phase: 'Pending',
      initContainerStatuses: [ended(0, 'Completed'), { state: { running: {} } }],
      containerStatuses: [waiting('PodInitializing')],
    },
    shown: 'Init:1/2',
  },
  {
    name: 'an init container has failed',
    status: { phase: 'Pending', initContainerStatuses: [ended(1, 'Error')] },
    shown: 'Init:Error',
  },
  {
    name: 'it is being deleted',
    deleted: true,
    status: { phase: 'Running', containerStatuses: [running] },
    shown: 'Terminating',
  },
  {
    name: 'it is being deleted, and had ended before',
    deleted: true,
    status: { phase: 'Succeeded', containerStatuses: [ended(0, 'Completed')] },
    shown: 'Completed',
  },
]

for (const { name, status, shown, deleted } of rows)
  test(name, () => {
    const metadata = { name: 'web', ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) }
    assert.equal(podStateText({ metadata, status }), shown)
  })

test('restarts say how long ago the last was', () => {
  const lastState = { terminated: { finishedAt: '2026-01-01T00:00:00Z' } }
  const status = { containerStatuses: [{ restartCount: 3, lastState }, { restartCount: 1 }] }
  const column = podColumns.find((one) => one.name === 'Restarts')
  const pod = { metadata: { name: 'web' }, status } as AnyObject
  assert.equal(column?.cell(pod, Date.parse('2026-01-01T00:00:07Z')), '4 (7s ago)')
})
