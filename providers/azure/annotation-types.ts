import { fail, ok, type Result } from '../../src/lib/result.ts'
import { type Address, parseAddress } from '../../src/lib/ip.ts'
import type { Rejection, ValueType } from '../../src/model/annotations.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { map, type TextMap } from '../../src/model/value-map.ts'
import { text } from '../../src/model/value-text.ts'

/** The controller for Azure compares with `true` in any case, and what is not that is false; here a slip is told. */
export const truth: ValueType<boolean> = {
  name: 'boolean',
  accepts: 'true or false (any case)',
  parse(raw) {
    const word = raw.trim().toLowerCase()
    if (word === 'true' || word === 'false') return ok(word === 'true')
    const read = boolean.parse(raw)
    const hint = read.ok ? `write "${String(read.value)}"` : read.error.hint
    return fail({
      code: 'LB_ANNOTATION_BOOLEAN',
      message: `${JSON.stringify(raw)} is neither true nor false`,
      ...(hint === undefined ? {} : { hint }),
    })
  },
}

/** Names of tags have no case in Azure: of two that differ in it only, one would be lost. */
export function distinctTags(tags: TextMap): Result<TextMap, Rejection> {
  const names = new Map<string, string>()
  for (const name of Object.keys(tags)) {
    const other = names.get(name.toLowerCase())
    if (other !== undefined)
      return fail({
        code: 'LB_ANNOTATION_MAP',
        message: `${JSON.stringify(other)} and ${JSON.stringify(name)} are one tag to Azure`,
        hint: 'keep one of the two',
      })
    names.set(name.toLowerCase(), name)
  }
  return ok(tags)
}

const pairs = map({ accepts: 'key=value pairs between commas', maxPairs: 40 })

export const tagMap: ValueType<TextMap> = {
  ...pairs,
  parse(text) {
    const read = pairs.parse(text)
    return read.ok ? distinctTags(read.value) : read
  },
}

const addressCode = 'LB_ADDRESS_INVALID'

const refuseAddress = (message: string, hint?: string): Result<never, Rejection> =>
  fail({ code: addressCode, message, ...(hint === undefined ? {} : { hint }) })

/** One address, of one family where only that makes sense. */
export const address = (family?: Address['family']): ValueType<Address> => ({
  name: `${family ?? 'IP'} address`,
  accepts:
    family === 'IPv6' ? 'one IPv6 address, 2001:db8::10' : `one ${family ?? 'IP'} address, 203.0.113.10`,
  parse(raw) {
    const parsed = parseAddress(raw.trim())
    if (!parsed.ok) return refuseAddress(parsed.error.message, parsed.error.hint)
    if (family === undefined || parsed.value.family === family) return ok(parsed.value)
    const key = parsed.value.family === 'IPv4' ? 'azure-load-balancer-ipv4' : 'azure-load-balancer-ipv6'
    return refuseAddress(`${parsed.value.text} is an ${parsed.value.family} address`, `write it into ${key}`)
  },
})

const armName = /^[A-Za-z0-9](?:[\w.-]*\w)?$/

/** A name of an object in Azure. */
export const nameOf = (what: string, maxLength = 80): ValueType<string> =>
  text({
    accepts: `the name of ${what}: letters, digits, "_", "." and "-", at most ${maxLength}`,
    pattern: armName,
    maxLength,
  })

export const resourceGroup: ValueType<string> = text({
  accepts: 'the name of a resource group, at most 90 characters',
  pattern: /^[-\w.()]*[-\w()]$/,
  maxLength: 90,
})

const prefixId =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/publicIPPrefixes\/[^/]+$/i

export const publicIPPrefix: ValueType<string> = text({
  accepts: '/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Network/publicIPPrefixes/NAME',
  pattern: prefixId,
})

export interface IpTag {
  readonly ipTagType: string
  readonly tag: string
}

/** `Type=Tag` pairs between commas. */
export const ipTags: ValueType<readonly IpTag[]> = {
  name: 'IP tags',
  accepts: 'Type=Tag pairs between commas, such as RoutingPreference=Internet',
  parse(raw) {
    const tags: IpTag[] = []
    for (const pair of raw.split(',').map((one) => one.trim())) {
      if (pair === '') continue
      const at = pair.indexOf('=')
      if (at < 1)
        return fail({
          code: 'LB_ANNOTATION_MAP',
          message: `${JSON.stringify(pair)} is no Type=Tag pair`,
          hint: 'write the type, "=", and the tag',
        })
      const [ipTagType, tag] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
      if (tags.some((other) => other.ipTagType === ipTagType))
        return fail({ code: 'LB_ANNOTATION_MAP', message: `${ipTagType} is given twice`, hint: 'keep one' })
      tags.push({ ipTagType, tag })
    }
    return ok(tags.toSorted((a, b) => (a.ipTagType < b.ipTagType ? -1 : 1)))
  },
}

const splitBlanks = (raw: string): readonly string[] => raw.split(/\s+/).filter((word) => word !== '')

/** Words between blanks, each once. */
export const words = (accepts: string, pattern?: RegExp): ValueType<readonly string[]> => ({
  name: 'words',
  accepts,
  parse(raw) {
    const all = [...new Set(splitBlanks(raw))]
    const odd = pattern === undefined ? undefined : all.find((word) => !pattern.test(word))
    if (odd === undefined) return ok(all)
    const hint = odd.includes(',') ? 'put blanks between them, not commas' : undefined
    return fail({
      code: 'LB_ANNOTATION_LIST',
      message: `${JSON.stringify(odd)} does not have the form that this key needs`,
      ...(hint === undefined ? {} : { hint }),
    })
  },
})

/** Who may see or use a private link; `*` is everybody and makes the rest needless. */
export const subscriptions: ValueType<readonly string[]> = {
  ...words('ids of subscriptions between blanks, or *', /^[^\s,]+$/),
  parse(raw) {
    const parsed = words('', /^[^\s,]+$/).parse(raw)
    return parsed.ok && parsed.value.includes('*') ? ok(['*']) : parsed
  },
}

/** IPv4 addresses between blanks; the first is the primary one. */
export const staticAddresses: ValueType<readonly string[]> = {
  name: 'addresses',
  accepts: 'IPv4 addresses between blanks, at most 8',
  parse(raw) {
    const list: string[] = []
    for (const word of splitBlanks(raw)) {
      const parsed = address('IPv4').parse(word)
      if (!parsed.ok) return parsed
      if (!list.includes(parsed.value.text)) list.push(parsed.value.text)
    }
    return ok(list)
  },
}

export type ProbePort =
  { readonly is: 'number'; readonly port: number } | { readonly is: 'name'; readonly name: string }

/** Where a probe asks: a port of the Service by number or name, or any port of the nodes. */
export const probePort: ValueType<ProbePort> = {
  name: 'probe port',
  accepts: 'a port of the Service by number or name, or a number from 1 to 65535',
  parse(raw) {
    const value = raw.trim()
    if (/^\d+$/.test(value)) {
      const port = Number(value)
      if (port >= 1 && port <= 65535) return ok({ is: 'number', port })
      return fail({ code: 'LB_PORT_RANGE', message: `${value} is not a port number` })
    }
    if (/^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i.test(value)) return ok({ is: 'name', name: value })
    return fail({ code: 'LB_ANNOTATION_TEXT', message: `${JSON.stringify(raw)} is no port` })
  },
}
