import * as v from 'valibot'
import { maybeFlag, maybeText, say, text } from '../../src/provider/facts-fields.ts'

const pool = v.strictObject({
  name: text('the name of the pool'),
  ranges: say(v.array(v.string()), 'its ranges'),
  held: say(
    v.optional(v.record(v.string(), v.string())),
    'who has which of its addresses: holder by address',
  ),
})

const certificate = v.strictObject({
  source: text('where it comes from: `NAMESPACE/NAME` of a Secret, or `file:NAME`'),
  fingerprint: text('SHA-256 over certificate and key, as the balancer says it'),
  subject: maybeText('whose it is'),
  notAfter: maybeText('until when it is valid'),
  expired: maybeFlag('whether that has passed'),
})

/** The section `local` of a facts file. */
export const factsSchema = v.strictObject({
  pools: say(v.optional(v.array(pool)), 'all pools of addresses; else those of the setting `pools`'),
  certificates: say(v.optional(v.array(certificate)), 'all certificates that Services name'),
})
