import { isObject } from '../lib/json.ts'

/** A path and the colon behind it: `spec.ports[0].nodePort:`, `data[a.b/c]:`, `.spec.colour:`. */
const paths = /(?:^|[\s[(])\.?([a-z]\w*(?:\.[\w/-]+|\[[^\]]*\])*):/gi
const steps = /\[([^\]]*)\]|([^.[\]]+)/g

/**
 * The first field of an object that a refusal of the API server names, as the object spells it, to find its line: an API
 * server writes `spec.LoadBalancerSourceRanges[0]`, and keys of maps without quotes. Undefined: it names none.
 */
export function refusedField(refusal: string, object: unknown): string | undefined {
  for (const [, path = ''] of refusal.matchAll(paths)) {
    const named = [...path.matchAll(steps)].map(([, inside, name]) => inside ?? name ?? '')
    if (keyOf(object, named[0] ?? '') !== undefined) return spelled(named, object)
  }
  return undefined
}

/** Steps below what the object holds stay as the API server wrote them. */
function spelled(named: readonly string[], object: unknown): string {
  let path = ''
  let at = object
  for (const step of named) {
    const key = keyOf(at, step) ?? step
    if (Array.isArray(at) && /^\d+$/.test(step)) path += `[${step}]`
    else if (/^\w+$/.test(key)) path += `${path === '' ? '' : '.'}${key}`
    else path += `[${JSON.stringify(key)}]`
    at = (at as Record<string, unknown> | undefined)?.[key]
  }
  return path
}

function keyOf(object: unknown, step: string): string | undefined {
  if (!isObject(object)) return undefined
  if (Object.hasOwn(object, step)) return step
  return Object.keys(object).find((key) => key.toLowerCase() === step.toLowerCase())
}
