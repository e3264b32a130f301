import * as v from 'valibot'

/** The section `gcp` of a facts file. */
export const factsSchema = v.strictObject({})
