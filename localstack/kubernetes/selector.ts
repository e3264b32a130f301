import type { KubeObject } from '../../src/model/objects.ts'
import { badRequest } from './fault.ts'
import { fieldAt } from './object.ts'
import type { Resource } from './resource.ts'

export type Matches = (object: KubeObject) => boolean

interface Requirement {
  readonly key: string
  readonly values: readonly string[] | undefined
  readonly negated: boolean
}

const term =
  /^\s*(?:(!)\s*([^\s=!,()]+)|([^\s=!,()]+)\s+(in|notin)\s*\(([^)]*)\)|([^\s=!,()]+)\s*(==|=|!=)\s*([^\s,()]*)|([^\s=!,()]+))\s*(?:,|$)/

/** Reads `a=b,c!=d,e in (f,g),h,!i`. */
export function labelMatcher(selector = ''): Matches {
  const requirements: Requirement[] = []
  let rest = selector
  while (rest.trim() !== '') {
    const found = term.exec(rest)
    if (found === null)
      throw badRequest(`unable to parse requirement: found '${rest.trim()}', expected: identifier`)
    rest = rest.slice(found[0].length)
    const [, , absent, setKey, operator, set = '', key, sign, value = '', present] = found
    if (absent !== undefined) requirements.push({ key: absent, values: undefined, negated: true })
    else if (setKey !== undefined)
      requirements.push({
        key: setKey,
        values: set.split(',').map((one) => one.trim()),
        negated: operator === 'notin',
      })
    else if (key !== undefined) requirements.push({ key, values: [value], negated: sign === '!=' })
    else requirements.push({ key: present ?? '', values: undefined, negated: false })
  }
  return (object) =>
    requirements.every(({ key, values, negated }) => {
      const label = object.metadata.labels?.[key]
      if (values === undefined) return (label !== undefined) !== negated
      return (label !== undefined && values.includes(label)) !== negated
    })
}

/** Event fields have other names in events.k8s.io; the store keeps the core/v1 ones. */
const stored = (path: string) =>
  path.replace(/^regarding\./, 'involvedObject.').replace(/^reportingController$/, 'reportingComponent')

function fieldText(object: KubeObject, path: string): string {
  const value = path === 'source' ? fieldAt(object, 'source.component') : fieldAt(object, stored(path))
  if (value === undefined || value === null) return path === 'spec.unschedulable' ? 'false' : ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function fieldMatcher(resource: Resource, selector = ''): Matches {
  const wanted = selector
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const found = /^\s*([^=!]+?)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part)
      if (found === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`)
      const [, path = '', sign, value = ''] = found
      if (!['metadata.name', 'metadata.namespace', ...resource.fields].includes(path))
        throw badRequest(`field label not supported: ${path}`)
      return { path, value, negated: sign === '!=' }
    })
  return (object) =>
    wanted.every(({ path, value, negated }) => (fieldText(object, path) === value) !== negated)
}
