import { azureSettings } from '../../../providers/azure/annotations.ts'
import { accessFor } from '../../../providers/azure/security-group/desired-security-group.ts'
import type { Access } from '../../../providers/azure/security-group/access.ts'
import { hasError, type Problem } from '../../../src/model/problem.ts'
import type { Compare, Vector } from '../vector.ts'
import { differences } from './differences.ts'
import { read } from './service.ts'

interface Read {
  /** Undefined where the Service is refused: nothing of it is carried out. */
  readonly access: Access | undefined
  readonly problems: readonly Problem[]
}

/** The peer asks about ranges of both families whatever the Service has. */
function accessOf(one: Vector): Read {
  const { lb, problems } = read(one.service, { families: ['IPv4', 'IPv6'] })
  if (lb === undefined) return { access: undefined, problems }
  const settings = azureSettings(lb)
  const access = accessFor(lb, settings, settings.internal?.value === true)
  const all = [...problems, ...access.problems]
  return { access: hasError(all) ? undefined : access, problems: all }
}

/** Who is refused lets nobody in from anywhere. */
export const allowFromInternet: Compare = (one) =>
  differences(one.expected, { output: accessOf(one).access?.open ?? false })

/** Who is refused gets no load balancer, which keeps everybody out. */
export const denyAllExcept: Compare = (one) =>
  differences(one.expected, { output: accessOf(one).access?.denyRest ?? true })

export const allowedRanges: Compare = (one) => {
  const { access } = accessOf(one)
  return differences(
    one.expected,
    access === undefined ? { refused: true } : { iPv4: access.ranges.IPv4, iPv6: access.ranges.IPv6 },
  )
}

export const allowedServiceTags: Compare = (one) => {
  const { access } = accessOf(one)
  return differences(one.expected, { output: access?.tags.filter((tag) => tag !== 'Internet') })
}

/** The peer warns of each range that it skips; here each is a problem of its own, and the Service waits. */
export const newAccessControl: Compare = (one) => {
  const expected = one.expected as {
    readonly error?: boolean
    readonly events?: readonly { readonly reason: string; readonly invalidValues?: readonly string[] }[]
  }
  const { access, problems } = accessOf(one)
  const told = problems.filter(({ severity }) => severity !== 'note').map(({ value }) => value)
  const missing = (expected.events ?? []).flatMap(({ reason, invalidValues = [] }) =>
    invalidValues
      .filter((value) => !told.includes(value))
      .map((value) => `${reason}: nothing is said of ${value}`),
  )
  return [...differences(expected.error ?? false, access === undefined, 'error'), ...missing]
}
