import { type Problem, warning } from '../../model/problem.ts'

/** Something about a Service that a person should know. Data: the caller logs it, or raises it as an event, once. */
export interface ProxyNote extends Problem {
  readonly namespace: string
  readonly name: string
  readonly uid?: string
}

/** Whose note it is. */
export type Whose = Pick<ProxyNote, 'namespace' | 'name' | 'uid'>

export const noteOn = (whose: Whose, ...problem: Parameters<typeof warning>): ProxyNote => ({
  ...warning(...problem),
  ...whose,
})

/** The same note has the same text. */
export const noteKey = ({ namespace, name, uid, code, path, message }: ProxyNote): string =>
  [namespace, name, uid ?? '', code, path, message].join('\n')
