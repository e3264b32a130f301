import * as v from 'valibot'

/** A field of a facts file with what it is, for the reference page. Loaded only with the schemas, so only for `--facts`. */
export const say = <const S extends v.GenericSchema>(schema: S, what: string) =>
  v.pipe(schema, v.description(what))

export const text = (what: string) => say(v.string(), what)
export const maybeText = (what: string) => say(v.optional(v.string()), what)
export const maybeFlag = (what: string) => say(v.optional(v.boolean()), what)
export const maybeTexts = (what: string) => say(v.optional(v.array(v.string())), what)
export const maybeNumber = (what: string) => say(v.optional(v.number()), what)
