import * as v from 'valibot'
import { parseText } from '../config/document.ts'
import { unparsable, type Located } from '../config/located.ts'
import { isObject, type JsonObject } from '../lib/json.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import { error, type Problem } from '../model/problem.ts'
import { providers } from '../provider/names.ts'
import type { Source } from './sources.ts'

/** What `--facts` says: a section for each cloud, and what holds for the cluster. */
export interface FactsFile {
  readonly sections: Readonly<Record<string, JsonObject | undefined>>
  readonly cluster: { readonly name?: string; readonly uid?: string }
  readonly locate: (problem: Problem) => Located
}

const clusterSchema = v.strictObject({ name: v.optional(v.string()), uid: v.optional(v.string()) })

/** The file by its sections; what is in those is checked by the cloud that each is for. */
export function readFactsFile({ place, text }: Source, problems: Located[]): FactsFile | undefined {
  const { documents, faults } = parseText(text)
  problems.push(...faults.map((fault) => unparsable(fault, place)))
  const [document] = documents
  if (document === undefined) return undefined
  const locate = (problem: Problem): Located => ({ problem, place, ...document.locate(problem.path) })
  const accepted = ['cluster', ...providers].join(', ')
  if (!isObject(document.value)) {
    problems.push(locate(error('LB_FACTS', '', 'the file is no map of sections', { accepted })))
    return undefined
  }
  const sections: Record<string, JsonObject> = {}
  let cluster: FactsFile['cluster'] = {}
  for (const [name, value] of Object.entries(document.value)) {
    if (name === 'cluster') {
      const read = checked(clusterSchema, value, 'cluster')
      if (read.value !== undefined) cluster = read.value as FactsFile['cluster']
      problems.push(...read.problems.map(locate))
    } else if (isObject(value)) sections[name] = value
    else
      problems.push(
        locate(error('LB_FACTS', name, `${name} has to be a map`, { accepted: 'a map of facts' })),
      )
  }
  return { sections, cluster, locate }
}

/** Sections for clouds that there are not. */
export function unknownSections(
  { sections, locate }: FactsFile,
  names: readonly string[],
): readonly Located[] {
  const known = ['cluster', ...new Set([...names, ...providers])]
  return Object.keys(sections)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearestWord(name, known)
      const hint = near === undefined ? {} : { hint: `did you mean ${near}?` }
      const details = { accepted: known.join(', '), ...hint }
      return locate(error('LB_FACTS', `[${JSON.stringify(name)}]`, `there is no section ${name}`, details))
    })
}

/** A value against a schema: every fault with its path, below `at`. */
export function checked(
  schema: v.GenericSchema,
  value: unknown,
  at: string,
): { readonly value?: unknown; readonly problems: readonly Problem[] } {
  const result = v.safeParse(schema, value)
  if (result.success) return { value: result.output, problems: [] }
  return { problems: result.issues.map((issue) => faultOf(issue, at)) }
}

function faultOf(issue: v.BaseIssue<unknown>, at: string): Problem {
  const keys = (issue.path ?? []).map(({ key }) => key)
  const path = keys.reduce<string>((text, key) => text + stepText(key), at)
  const last = keys.at(-1)
  if (issue.expected === 'never') {
    const hint = 'docs/reference/facts.md lists all there are'
    return error('LB_FACTS', path, `there is no fact ${String(last)} here`, { hint })
  }
  const value = issue.input === undefined ? {} : { value: JSON.stringify(issue.input) }
  const message = issue.input === undefined ? `${String(last)} is missing` : `${path} cannot be this`
  const expected = issue.expected ?? issue.message
  return error('LB_FACTS', path, message, { ...value, accepted: inWords[expected] ?? expected })
}

/** The schema library speaks of types. */
const inWords: Readonly<Record<string, string>> = {
  Array: 'a list',
  Object: 'a map',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
}

const stepText = (key: unknown): string => {
  if (typeof key === 'number') return `[${key}]`
  return /^\w+$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(String(key))}]`
}
