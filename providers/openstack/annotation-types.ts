import { fail, ok } from '../../src/lib/result.ts'
import type { ValueType } from '../../src/model/annotations.ts'
import { splitList } from '../../src/model/value-list.ts'
import { nameMatcher } from './subnet-match.ts'

export type ProxyProtocol = 'off' | 'PROXY' | 'PROXYV2'

const versions: Readonly<Record<string, ProxyProtocol>> = {
  true: 'PROXY',
  v1: 'PROXY',
  v2: 'PROXYV2',
  false: 'off',
}

export const proxyProtocolOf = (word: string): ProxyProtocol => versions[word] ?? 'off'

/** Other controllers take whatever they do not know for "off": a typo then takes the client's address away. */
export const proxyProtocol: ValueType<ProxyProtocol> = {
  name: 'choice',
  accepts: 'true or v1 (version 1), v2, or false',
  parse(text) {
    const word = text.trim()
    const version = Object.hasOwn(versions, word) ? versions[word] : undefined
    if (version !== undefined) return ok(version)
    const near = word.toLowerCase()
    return fail({
      code: 'LB_ANNOTATION_CHOICE',
      message: `${JSON.stringify(text)} is no version of PROXY protocol`,
      ...(Object.hasOwn(versions, near) ? { hint: `did you mean "${near}"?` } : {}),
    })
  },
}

/** Label -> value; an empty value: the label has to be there. */
export type Selector = Readonly<Record<string, string>>

const label = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?$/

export const nodeSelector: ValueType<Selector> = {
  name: 'node selector',
  accepts:
    'terms between commas, all of which have to hold: key=value, or key alone if the label has to be there',
  parse(text) {
    const terms: Record<string, string> = {}
    const items = splitList(text)
    if (items.length === 0) return fail({ code: 'LB_ANNOTATION_LIST', message: 'the selector has no term' })
    for (const term of items) {
      const at = term.indexOf('=')
      const key = (at < 0 ? term : term.slice(0, at)).trim()
      const value = at < 0 ? '' : term.slice(at + 1).trim()
      if (!label.test(key))
        return fail({
          code: 'LB_ANNOTATION_MAP',
          message: `${JSON.stringify(term)} does not begin with the key of a label`,
          ...(/[!<>]|\bin\b/.test(term) ? { hint: 'only key=value and key are known here' } : {}),
        })
      if (Object.hasOwn(terms, key) && terms[key] !== value)
        return fail({
          code: 'LB_ANNOTATION_MAP',
          message: `the label ${key} is asked for twice, with different values`,
          hint: 'no node can have both',
        })
      terms[key] = value
    }
    return ok(terms)
  },
}

export const matches = (selector: Selector, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector).every(([key, value]) =>
    value === '' ? Object.hasOwn(labels, key) : labels[key] === value,
  )

/** The pattern of a subnet's name. Only what parses is kept: as a text, because settings are compared. */
export const subnetPattern: ValueType<string> = {
  name: 'pattern',
  accepts: 'a name, a glob such as public-*, or a regular expression after "~"; "!" in front negates',
  parse(text) {
    const pattern = text.trim()
    const made = nameMatcher(pattern)
    if (made.ok) return ok(pattern)
    return fail({ code: 'LB_ANNOTATION_TEXT', message: made.error })
  },
}

/** Which tags a subnet has to carry. */
export const subnetTags: ValueType<string> = {
  name: 'tags',
  accepts: 'tags between commas, one of which is enough; "&" in front asks for all, "!" negates',
  parse(text) {
    const tags = text.trim()
    if (splitList(tags.replace(/^!?&?/, '')).length > 0) return ok(tags)
    return fail({ code: 'LB_ANNOTATION_LIST', message: 'no tag is named' })
  },
}

const name = /^(?=.{1,200}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/

/** In small letters: the API server takes no others in a status, and to DNS they are the same. */
export const hostname: ValueType<string> = {
  name: 'host name',
  accepts: 'a host name of at most 200 characters',
  parse(text) {
    const value = text.trim().toLowerCase()
    if (name.test(value)) return ok(value)
    return fail({
      code: 'LB_ANNOTATION_TEXT',
      message: `${JSON.stringify(text)} is no host name`,
      ...(/^https?:/.test(value) ? { hint: 'leave out the part up to "//"' } : {}),
    })
  },
}
