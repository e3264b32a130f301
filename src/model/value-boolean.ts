import { fail, ok } from '../lib/result.ts'
import type { ValueType } from './annotations.ts'

const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const falsehoods = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])
const meantTrue = new Set(['yes', 'y', 'on', 'enabled', 'enable'])
const meantFalse = new Set(['no', 'n', 'off', 'disabled', 'disable', 'none'])

/** The texts that Go's strconv.ParseBool takes, which is what the peers read booleans with. */
export const boolean: ValueType<boolean> = {
  name: 'boolean',
  accepts: 'true or false (also 1, t, T, TRUE, True and 0, f, F, FALSE, False)',
  parse(text) {
    const trimmed = text.trim()
    if (truths.has(trimmed)) return ok(true)
    if (falsehoods.has(trimmed)) return ok(false)
    const lower = trimmed.toLowerCase()
    const meant =
      lower === 'true' || meantTrue.has(lower)
        ? 'true'
        : lower === 'false' || meantFalse.has(lower)
          ? 'false'
          : undefined
    return fail({
      code: 'LB_ANNOTATION_BOOLEAN',
      message: `${JSON.stringify(text)} is neither true nor false`,
      ...(meant === undefined ? {} : { hint: `did you mean "${meant}"?` }),
    })
  },
}

/** Anything but `false` and nothing: manifests of 2016 say `0.0.0.0/0` here and mean yes. */
export const trueUnlessFalse: ValueType<boolean> = {
  name: 'boolean',
  accepts: 'true or false; any other text that is not empty counts as true',
  parse: (text) => ok(text.trim() !== 'false' && text.trim() !== ''),
}
