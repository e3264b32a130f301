/** What the peer reads from a Service before it builds anything: its listeners' settings, and whether it is its own. */
import { awsAnnotations, awsSettings } from '../../../providers/aws/annotations.ts'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import { createProvider } from '../../../providers/aws/index.ts'
import { routesOf } from '../../../providers/aws/routes.ts'
import { fromService, type FromService } from '../../../src/model/from-service.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import type { PortSelection } from '../../../src/model/value-ports.ts'
import type { Compare, Vector } from '../vector.ts'
import { certificateArn, completed, withCertificates } from './given.ts'
import { isOfController, isTaken, setOf } from './planned.ts'
import { fieldsOf, listOf, sorted, textOf, verdict } from './shapes.ts'
import { wanted } from './single.ts'

const blueprint = createBlueprint({})

const readOf = (one: Vector): FromService =>
  fromService(withCertificates(completed(one.service)), {
    provider: 'aws',
    table: awsAnnotations,
    can: blueprint.can,
    origin: 'file',
  })

const set = (selection: PortSelection | undefined): readonly unknown[] =>
  selection === undefined || selection === 'all' ? [] : sorted(selection.map(String))

const asSet = (value: unknown): readonly unknown[] => sorted(setOf(value))

/** Errors count where the peer wants one; what ours finds wrong with ports only later is told by the plan. */
const listenerConfig: Compare = (one) => {
  const { lb, problems } = readOf(one)
  if (lb === undefined) return verdict(one.expected, { problems }, undefined)
  const settings = awsSettings(lb)
  const routes = routesOf(lb, settings)
  const value = {
    certificates: settings.certificates?.value.map(({ arn }) => ({ certificateARN: arn })),
    tlsPortsSet: set(settings.tlsPorts?.value),
    sslPolicy: settings.tlsPolicy?.value,
    backendProtocol: settings.backendProtocol?.value,
    tcpUdpPortsSet: sorted(
      routes.routes.filter(({ protocol }) => protocol.startsWith('TCP_')).map(({ port }) => String(port)),
    ),
    quicPortsSet: set(settings.quicPorts?.value),
  }
  const want = fieldsOf(wanted(one))
  return verdict(
    one.expected,
    { problems: [...problems, ...routes.problems], value },
    {
      ...want,
      certificates: listOf(want['certificates']).map((each) => ({
        certificateARN: certificateArn(textOf(each['certificateARN'])),
      })),
      tlsPortsSet: asSet(want['tlsPortsSet']),
      tcpUdpPortsSet: asSet(want['tcpUdpPortsSet']),
      quicPortsSet: asSet(want['quicPortsSet']),
    },
  )
}

/** The peer takes Services by type and class: those that we take, and that get its kind of layout here. */
const supported: Compare = (one) => {
  const service = completed(one.service)
  const type = textOf(fieldsOf(fieldsOf(one.service)['spec'])['type'])
  const value = isTaken({ ...service, spec: { ...service.spec, type } }) && isOfController(service) === true
  return verdict(one.expected, { problems: [], value }, wanted(one))
}

const pending: Compare = (one) => {
  const { foreignFinalizers } = createProvider({}, { clock: systemClock })
  const finalizers = fieldsOf(fieldsOf(one.service)['metadata'])['finalizers']
  const value = (Array.isArray(finalizers) ? (finalizers as readonly string[]) : []).some((each) =>
    foreignFinalizers.includes(each),
  )
  return verdict(one.expected, { problems: [], value }, wanted(one))
}

export const settings: Readonly<Record<string, Compare>> = {
  buildListenerConfig: listenerConfig,
  isServiceSupported: supported,
  isServicePendingFinalization: pending,
}
