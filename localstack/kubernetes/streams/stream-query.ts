import { ApiFault, badRequest } from '../fault.ts'
import { isYes } from '../http/route.ts'
import type { LogOptions } from '../pod-runtime.ts'

/** Which streams `exec` and `attach` want. */
export interface StreamsAsked {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

export function streamsAsked(query: URLSearchParams): StreamsAsked {
  const [stdin, stdout, stderr, tty] = (['stdin', 'stdout', 'stderr', 'tty'] as const).map((name) =>
    isYes(query.get(name)),
  ) as [boolean, boolean, boolean, boolean]
  if (!stdin && !stdout && !stderr) throw badRequest('you must specify at least 1 of stdin, stdout, stderr')
  if (tty && stderr) throw badRequest('tty and stderr cannot both be true')
  return { stdin, stdout, stderr, tty }
}

/** The smallest value of each that is accepted, as the API server says it. */
const least = { tailLines: 0, sinceSeconds: 1, limitBytes: 1 }

/** `now` is in milliseconds. */
export function logOptions(query: URLSearchParams, pod: string, now: number): LogOptions {
  const refuse = (field: string, value: string, why: string) => {
    const message = `Invalid value: ${JSON.stringify(value)}: ${why}`
    return new ApiFault(422, 'Invalid', `PodLogOptions "${pod}" is invalid: ${field}: ${message}`, {
      name: pod,
      kind: 'PodLogOptions',
      causes: [{ reason: 'FieldValueInvalid', message, field }],
    })
  }
  const number = (field: keyof typeof least) => {
    const text = query.get(field)
    if (text === null || text === '') return undefined
    const value = Number(text)
    if (!Number.isInteger(value) || value < least[field])
      throw refuse(field, text, `must be a whole number greater than or equal to ${least[field]}`)
    return value
  }
  const sinceSeconds = number('sinceSeconds')
  const sinceTime = query.get('sinceTime') || undefined
  if (sinceSeconds !== undefined && sinceTime !== undefined)
    throw refuse(
      'sinceSeconds',
      String(sinceSeconds),
      'at most one of sinceTime or sinceSeconds may be specified',
    )
  const time = sinceTime === undefined ? undefined : Date.parse(sinceTime)
  if (sinceTime !== undefined && Number.isNaN(time))
    throw refuse('sinceTime', sinceTime, 'must be a time of RFC 3339')
  return {
    follow: isYes(query.get('follow')),
    previous: isYes(query.get('previous')),
    timestamps: isYes(query.get('timestamps')),
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
    since: sinceSeconds === undefined ? time : now - sinceSeconds * 1000,
  }
}
