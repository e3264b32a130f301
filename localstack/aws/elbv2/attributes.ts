import { invalid } from '../fault.ts'

type Attributes = Readonly<Record<string, string>>

interface AttributeShape {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** What a key may hold: a fixed set of words, or a range of whole numbers, or anything. */
export type Rule = readonly string[] | { readonly low: number; readonly high: number } | 'text'

export const yesNo: Rule = ['true', 'false']

/** Merges changes over what is there; a key without a rule, or a value against it, refuses the whole call. */
export function changeAttributes(
  present: Attributes,
  changes: readonly AttributeShape[] | undefined,
  rules: Readonly<Record<string, Rule>>,
): Attributes {
  const keys = (changes ?? []).map((change) => change.Key ?? '')
  if (new Set(keys).size < keys.length) throw invalid('An attribute key was specified more than once')
  const merged: Record<string, string> = { ...present }
  for (const change of changes ?? []) {
    const key = change.Key ?? ''
    const rule = rules[key]
    if (rule === undefined) throw invalid(`Attribute key '${key}' is not recognized`)
    merged[key] = checked(key, change.Value ?? '', rule)
  }
  return merged
}

function checked(key: string, value: string, rule: Rule): string {
  if (rule === 'text') return value
  const fits =
    'low' in rule
      ? /^\d+$/.test(value) && Number(value) >= rule.low && Number(value) <= rule.high
      : rule.includes(value)
  if (!fits) throw invalid(`Attribute value '${value}' is not valid for '${key}'`)
  return value
}

export const showAttributes = (attributes: Attributes): { Key: string; Value: string }[] =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }))
