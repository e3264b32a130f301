import { fail, ok } from '../../src/lib/result.ts'
import { portableRow } from '../../src/model/annotation-row.ts'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { choice } from '../../src/model/value-choice.ts'
import { integer } from '../../src/model/value-integer.ts'
import { text } from '../../src/model/value-text.ts'
import { probePort, truth } from './annotation-types.ts'
import { portRow, row } from './annotation-row.ts'

const protocol = choice(['Tcp', 'Http', 'Https'], { case: 'ignore' })
const interval = integer({ min: 5, max: 2_147_483_646, unit: 'seconds' })
const threshold = integer({ min: 2, max: 2_147_483_646, unit: 'probes in a row' })
const path = text({ accepts: 'a path that begins with "/"', pattern: /^\/\S*$/, maxLength: 2048 })

const protocols = { TCP: 'Tcp', HTTP: 'Http', HTTPS: 'Https' } as const

/** Keys that say how the load balancer finds out which nodes are well. */
export const probeAnnotations = {
  probeProtocol: row(
    'load-balancer-health-probe-protocol',
    protocol,
    'Tcp',
    'Http',
    'What the probes of all ports speak, where a port does not say so itself.',
    takes(portable.healthCheckProtocol, (value) => ok(protocols[value])),
  ),
  probeInterval: row(
    'load-balancer-health-probe-interval',
    interval,
    '5',
    '10',
    'Seconds from one probe to the next.',
    takes(portable.healthCheckInterval, (value) =>
      value >= 5
        ? ok(value)
        : fail({
            code: 'LB_ANNOTATION_INTEGER',
            message: `${value} s is too often for Azure`,
            accepted: 'seconds from 5 on',
          }),
    ),
  ),
  probeThreshold: row(
    'load-balancer-health-probe-num-of-probe',
    threshold,
    '2',
    '3',
    'Probes in a row with one result that bring a node in or take it out. Times the interval it has to stay below 120 s.',
    takes(portable.healthCheckUnhealthyThreshold, (value) =>
      value >= 2
        ? ok(value)
        : fail({
            code: 'LB_ANNOTATION_INTEGER',
            message: 'Azure wants two probes in a row at least',
            accepted: 'a whole number from 2 on',
          }),
    ),
  ),
  probePath: row(
    'load-balancer-health-probe-request-path',
    path,
    '/',
    '/healthz',
    'What an Http or Https probe asks for. Without effect on Tcp.',
    takes(portable.healthCheckPath, (value) => ok(value)),
  ),
  probePortForAll: portableRow(portable.healthCheckPort, { default: 'the NodePort of each port' }),
  portProbeProtocol: portRow(
    'health-probe_protocol',
    protocol,
    'what holds for all ports',
    'Http',
    'What the probe of this port speaks.',
  ),
  portProbePort: portRow(
    'health-probe_port',
    probePort,
    'the NodePort of this port',
    '10256',
    'Where the probe of this port asks. A port of the Service, by number or name, stands for its NodePort; another number is a port of the nodes.',
  ),
  portProbeInterval: portRow(
    'health-probe_interval',
    interval,
    'what holds for all ports',
    '10',
    'Seconds from one probe of this port to the next.',
  ),
  portProbeThreshold: portRow(
    'health-probe_num-of-probe',
    threshold,
    'what holds for all ports',
    '3',
    'Probes in a row with one result that decide for this port.',
  ),
  portProbePath: portRow(
    'health-probe_request-path',
    path,
    'what holds for all ports',
    '/ready',
    'What the Http or Https probe of this port asks for. With an `appProtocol` of http or https on the port, that makes the probe speak it.',
  ),
  portNoProbe: portRow(
    'no_probe_rule',
    truth,
    'false',
    'true',
    'Whether this port has no probe: all nodes then get its traffic, well or not.',
  ),
  portNoRule: portRow(
    'no_lb_rule',
    truth,
    'false',
    'true',
    'Whether the load balancer leaves this port out, with its probe.',
  ),
} satisfies AnnotationTable
