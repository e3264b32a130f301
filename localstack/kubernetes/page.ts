import { badRequest, expired } from './fault.ts'

/** Where a list was cut: it goes on after `key`, in the state of the cluster at `version`. */
export interface Cursor {
  readonly version: number
  readonly key: string
}

export const writeCursor = ({ version, key }: Cursor) =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: key })).toString('base64url')

export function readCursor(token: string): Cursor {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, unknown>
    if (typeof rv === 'number' && typeof start === 'string') return { version: rv, key: start }
  } catch {
    // Not our token: said below, as for one with other content.
  }
  throw badRequest('continue key is not valid: illegal base64 data or unknown version')
}

export const staleCursor = () =>
  expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  )
