import * as v from 'valibot'

/** The section `openstack` of a facts file. */
export const factsSchema = v.strictObject({})
