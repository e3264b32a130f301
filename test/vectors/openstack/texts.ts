import { clusterIn, securityGroupName, serviceName, withCluster } from '../../../providers/openstack/names.ts'
import { boolean } from '../../../src/model/value-boolean.ts'
import { integer } from '../../../src/model/value-integer.ts'
import type { ValueType } from '../../../src/model/annotations.ts'
import type { Compare, Vector } from '../vector.ts'
import { inside, settingsIn, textAt } from './case.ts'
import { valueApart } from './differences.ts'

const metadata = ({ service }: Vector) => ({
  uid: service?.metadata?.uid ?? '',
  namespace: service?.metadata?.namespace ?? '',
  name: service?.metadata?.name ?? '',
})

export const serviceNameIn: Compare = (one) =>
  valueApart(
    serviceName({ ...metadata(one), cluster: textAt(one.context, 'clusterName') ?? '' }),
    one.expected,
  )

export const groupNameIn: Compare = (one) => {
  const { uid, namespace, name } = metadata(one)
  return valueApart(securityGroupName(uid, namespace, name), one.expected)
}

export const clusterNameIn: Compare = (one) =>
  valueApart(
    clusterIn(textAt(one.context, 'objectName') ?? '', textAt(one.context, 'resourcePrefix') ?? '') ?? '',
    one.expected,
  )

export const renamedIn: Compare = ({ context, expected }) =>
  valueApart(
    withCluster(
      textAt(context, 'objectName') ?? '',
      textAt(context, 'oldClusterName') ?? '',
      textAt(context, 'clusterName') ?? textAt(context, 'newClusterName') ?? '',
    ),
    expected,
  )

export const proxyIn: Compare = (one) => {
  const { settings, problems } = settingsIn(one.service)
  const errors = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => `refused: ${message}`)
  const version = settings.proxyProtocol?.value ?? 'off'
  return errors.length > 0 ? errors : valueApart(version === 'off' ? null : version, one.expected)
}

/** A type of ours on the annotation of the case. What does not parse is refused; the peer takes its default for it. */
const parsed =
  <T>(type: ValueType<T>): Compare =>
  (one) => {
    const raw = one.service?.metadata?.annotations?.[textAt(one.context, 'annotationKey') ?? '']
    if (raw === undefined) return valueApart(inside(one.context, 'default'), one.expected)
    const value = type.parse(raw)
    return value.ok ? valueApart(value.value, one.expected) : [`refused: ${value.error.message}`]
  }

const anyText: ValueType<string> = {
  name: 'text',
  accepts: 'a text',
  parse: (text) => ({ ok: true, value: text }),
}

export const booleanIn = parsed(boolean)
export const integerIn = parsed(integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }))
export const textIn = parsed(anyText)
