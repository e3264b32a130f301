import { parseText, type ParsedDocument, type ParsedText } from '../config/document.ts'
import { unparsable, type Located } from '../config/located.ts'
import { isObject } from '../lib/json.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'
import type { Problem } from '../model/problem.ts'
import { asNode, asService, nodeProblems, serviceProblems, withoutNulls } from './shape.ts'
import type { Source } from './sources.ts'

/** An object of a file; `locate` gives one of its problems the line it stands on. */
interface FromFile<T> {
  readonly object: T
  readonly locate: (problem: Problem) => Located
}

/** A kind that somebody asks for: its API version, and what of an object is not of its shape. */
export interface ManifestKind {
  readonly version: string
  readonly problems: (object: unknown) => readonly Problem[]
}

export interface Manifests {
  readonly services: readonly FromFile<ServiceObject>[]
  readonly nodes: readonly FromFile<NodeObject>[]
  /** Of the other kinds that were asked for, by kind. */
  readonly others: ReadonlyMap<string, readonly unknown[]>
  /** Objects that nobody asks for, by kind: how many. */
  readonly skipped: ReadonlyMap<string, number>
  readonly problems: readonly Located[]
}

/** An object as a file holds it. */
export interface Entry extends FromFile<unknown> {
  /** From the list it is in, when it says so itself nowhere. */
  readonly kind: string | undefined
  readonly apiVersion: string | undefined
  readonly found: boolean
}

const asked: Readonly<Record<string, ManifestKind>> = {
  Service: { version: 'v1', problems: serviceProblems },
  Node: { version: 'v1', problems: nodeProblems },
}

/**
 * Sorts what people's files hold: Services, nodes, other kinds that are asked for, everything else with a count, and what
 * is wrong with them.
 */
export function readManifests(
  sources: readonly Source[],
  more: Readonly<Record<string, ManifestKind>> = {},
): Manifests {
  const kinds = { ...asked, ...more }
  const others = new Map<string, unknown[]>()
  const services: FromFile<ServiceObject>[] = []
  const nodes: FromFile<NodeObject>[] = []
  const skipped = new Map<string, number>()
  const problems: Located[] = []

  for (const entry of sources.flatMap((source) => entriesOf(source, problems))) {
    const verdict = verdictOf(entry, kinds)
    if (verdict.is === 'skipped') skipped.set(verdict.kind, (skipped.get(verdict.kind) ?? 0) + 1)
    else if (verdict.is === 'wrong') problems.push(...verdict.problems.map(entry.locate))
    else if (verdict.is === 'no object')
      problems.push(entry.locate({ ...noKind(entry.object), severity: entry.found ? 'warning' : 'error' }))
    else if (verdict.kind === 'Node')
      nodes.push({ object: asNode(withoutBookkeeping(entry.object)), locate: entry.locate })
    else if (verdict.kind === 'Service')
      services.push({ object: asService(withoutBookkeeping(entry.object)), locate: entry.locate })
    else others.set(verdict.kind, [...(others.get(verdict.kind) ?? []), withoutBookkeeping(entry.object)])
  }
  return { services, nodes, others, skipped, problems }
}

/** Half of what a cluster's list holds is who wrote which field: nothing here asks for it. */
function withoutBookkeeping(object: unknown): unknown {
  if (!isObject(object) || !isObject(object.metadata)) return object
  const { managedFields: _who, ...metadata } = object.metadata
  return { ...object, metadata }
}

type Verdict =
  | { readonly is: 'asked'; readonly kind: string }
  /** Folders hold settings and values beside manifests; a file that was named should be one. */
  | { readonly is: 'no object' }
  | { readonly is: 'skipped'; readonly kind: string }
  | { readonly is: 'wrong'; readonly problems: readonly Problem[] }

const groupOf = (version: string): string =>
  version.includes('/') ? version.slice(0, version.indexOf('/')) : ''

function verdictOf(
  { object, kind, apiVersion }: Entry,
  kinds: Readonly<Record<string, ManifestKind>>,
): Verdict {
  if (!isObject(object) || kind === undefined) return { is: 'no object' }
  const known = kinds[kind]
  if (known === undefined) return { is: 'skipped', kind }
  // Other groups have kinds of the same names (Knative's Service): those are not ours to judge.
  if (
    apiVersion !== undefined &&
    groupOf(apiVersion).includes('.') &&
    groupOf(apiVersion) !== groupOf(known.version)
  )
    return { is: 'skipped', kind: `${kind} of ${apiVersion}` }
  if (apiVersion !== known.version)
    return { is: 'wrong', problems: [wrongVersion(kind, apiVersion, known.version)] }
  const problems = known.problems(object)
  return problems.length > 0 ? { is: 'wrong', problems } : { is: 'asked', kind }
}

/** All that a file holds, in its order, out of lists too. */
export function entriesOf(source: Source, problems: Located[]): readonly Entry[] {
  const { documents, faults, line } = parseText(source.text)
  problems.push(...faults.map((fault) => unparsable(fault, source.place)))
  const filled = documents.filter(({ value }) => value !== null && value !== undefined)
  if (filled.length === 0 && faults.length === 0) problems.push({ problem: nothingInIt, place: source.place })
  return filled.flatMap((document) =>
    unfold(document.value, '', locatorOf(source.place, document.locate, line), source.found === true),
  )
}

type Locate = FromFile<unknown>['locate']

/** What is left of a template is often YAML, only not what was meant: `{{ .Values.x }}` is a map in a map. */
const templated = /\{\{.*\}\}/
/** Longer lines are nobody's template, but JSON without line breaks: the whole file, for every problem in it. */
const longestLine = 2_000
const renderFirst = 'this is a Helm template: render it first, with "helm template"'

function locatorOf(place: string, positionOf: ParsedDocument['locate'], lineOf: ParsedText['line']): Locate {
  return (problem) => {
    const position = positionOf(problem.path)
    const line = position === undefined ? '' : lineOf(position.line)
    const hint =
      problem.hint ?? (line.length <= longestLine && templated.test(line) ? renderFirst : undefined)
    return { problem: { ...problem, ...(hint === undefined ? {} : { hint }) }, place, ...position }
  }
}

/** A document is one object, a `List`, or a list of its own such as `ServiceList`, whose items need not say their kind. */
function unfold(value: unknown, path: string, locateIn: Locate, found: boolean): readonly Entry[] {
  const object = isObject(value) ? withoutNulls(value) : value
  const kind = isObject(object) && typeof object.kind === 'string' ? object.kind : undefined
  const apiVersion = isObject(object) && typeof object.apiVersion === 'string' ? object.apiVersion : undefined
  if (isObject(object) && kind?.endsWith('List') === true && Array.isArray(object.items)) {
    const itemKind = kind === 'List' ? undefined : kind.slice(0, -'List'.length)
    return object.items.flatMap((item: unknown, at) =>
      unfold(item, `${path}items[${at}].`, locateIn, found).map((entry) => ({
        ...entry,
        kind: entry.kind ?? itemKind,
        apiVersion: entry.apiVersion ?? (itemKind === undefined ? undefined : apiVersion),
      })),
    )
  }
  const locate: Locate = (problem) => {
    const located = locateIn({ ...problem, path: `${path}${problem.path}` })
    return { ...located, problem: { ...located.problem, path: problem.path } }
  }
  return [{ object, kind, apiVersion, locate, found }]
}

const nothingInIt: Problem = {
  code: 'LB_FILE_EMPTY',
  severity: 'warning',
  path: '',
  message: 'the file holds no object',
}

export const noKind = (object: unknown): Problem => ({
  code: 'LB_FILE_NOT_AN_OBJECT',
  severity: 'error',
  path: '',
  message: isObject(object) ? 'kind is missing' : 'this is no Kubernetes object',
  accepted: 'apiVersion, kind, metadata and spec',
})

const wrongVersion = (kind: string, apiVersion: string | undefined, accepted: string): Problem => ({
  code: 'LB_FILE_API_VERSION',
  severity: 'error',
  path: 'apiVersion',
  message: apiVersion === undefined ? 'apiVersion is missing' : `${kind} of ${apiVersion} is not known here`,
  ...(apiVersion === undefined ? {} : { value: apiVersion }),
  accepted,
})
