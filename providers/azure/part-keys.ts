import type { Json } from '../../src/lib/json.ts'

const wordOf = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/**
 * Parts of a load balancer are keyed by what no two can have: a frontend and a probe by name, a rule by the port that
 * it takes of its frontend. So two Services that claim one port meet under one key.
 */
export const ruleKey = (frontend: string, protocol: Json | undefined, port: Json | undefined): string =>
  `rule/${frontend}/${wordOf(protocol)}/${wordOf(port)}`

/** The frontend that a rule's key names. */
export const frontendOfRule = (key: string): string => key.split('/')[1] ?? ''
