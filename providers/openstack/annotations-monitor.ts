import { ok } from '../../src/lib/result.ts'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { integer } from '../../src/model/value-integer.ts'
import { row } from './annotation-row.ts'

const seconds = integer({ min: 1, max: 3600, unit: 'seconds' })
const times = integer({ min: 1, max: 10, unit: 'checks in a row' })

/** Keys about the health monitor. */
export const monitorRows = {
  enableMonitor: row({
    key: 'enable-health-monitor',
    type: boolean,
    default: 'the setting createMonitor: false; always with `externalTrafficPolicy: Local`',
    example: 'true',
    doc: 'Whether the health of the nodes is checked.',
  }),
  monitorDelay: row({
    key: 'health-monitor-delay',
    type: seconds,
    portable: takes(portable.healthCheckInterval, ok),
    default: 'the setting monitorDelay: 5',
    example: '10',
    doc: 'Seconds from one health check to the next.',
  }),
  monitorTimeout: row({
    key: 'health-monitor-timeout',
    type: seconds,
    portable: takes(portable.healthCheckTimeout, ok),
    default: 'the setting monitorTimeout: 3',
    example: '4',
    doc: 'Seconds after which a health check has failed.',
  }),
  monitorMaxRetries: row({
    key: 'health-monitor-max-retries',
    type: times,
    portable: takes(portable.healthCheckHealthyThreshold, ok),
    default: 'the setting monitorMaxRetries: 1',
    example: '2',
    doc: 'Good health checks in a row that bring a node in.',
  }),
  monitorMaxRetriesDown: row({
    key: 'health-monitor-max-retries-down',
    type: times,
    portable: takes(portable.healthCheckUnhealthyThreshold, ok),
    default: 'the setting monitorMaxRetriesDown: 3',
    example: '2',
    doc: 'Failed health checks in a row that take a node out.',
  }),
} satisfies AnnotationTable
