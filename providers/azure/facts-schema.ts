import * as v from 'valibot'

/** The section `azure` of a facts file. */
export const factsSchema = v.strictObject({})
