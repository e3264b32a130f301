import { parseAddress } from '../../src/lib/ip.ts'
import { fail, ok } from '../../src/lib/result.ts'
import type { ValueType } from '../../src/model/annotations.ts'
import { splitList } from '../../src/model/value-list.ts'
import { map } from '../../src/model/value-map.ts'
import { text } from '../../src/model/value-text.ts'
import { isName } from './names.ts'

export type AddressWish =
  { readonly ip: string; readonly family: 'IPv4' | 'IPv6' } | { readonly name: string }

/** Names of reserved addresses, or addresses. A text of commas alone is as good as none to older controllers. */
export const addresses: ValueType<readonly AddressWish[]> = {
  name: 'list of addresses',
  accepts: 'names of reserved addresses between commas, or the addresses themselves',
  parse(raw) {
    const wishes: AddressWish[] = []
    for (const item of splitList(raw)) {
      const ip = parseAddress(item)
      if (ip.ok) wishes.push({ ip: ip.value.text, family: ip.value.family })
      else if (isName(item)) wishes.push({ name: item })
      else
        return fail({
          code: 'LB_ANNOTATION_LIST',
          message: `${JSON.stringify(item)} is neither the name of an address nor an address`,
          ...(/\s/.test(item) ? { hint: 'names are divided by commas, not by blanks' } : {}),
        })
    }
    return ok(wishes)
  },
}

export const subnetName = text({
  accepts: 'the name of a subnet of the region: small letters, digits and hyphens',
  pattern: /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
})

export const configName = text({
  accepts: 'the name of an L4LBConfig object in the namespace of the Service',
  pattern: /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
})

export const collection = text({
  accepts: 'the name or the path of a public delegated prefix',
  pattern: /^(https:\/\/\S+|[a-z][-a-z0-9/]*[a-z0-9])$/,
})

/** Names of certificates, or their paths. */
export const certificateName =
  /^(https:\/\/\S+|(projects\/[-a-z0-9:.]+\/)?global\/sslCertificates\/)?[a-z]([-a-z0-9]*[a-z0-9])?$/

export const labels = map({
  accepts: 'key=value pairs between commas; small letters, digits, - and _, 63 characters at most',
  maxPairs: 60,
  check(key, value) {
    if (!/^[a-z][-_a-z0-9]{0,62}$/.test(key)) return `${JSON.stringify(key)} cannot be the key of a label`
    if (!/^[-_a-z0-9]{0,63}$/.test(value)) return `${JSON.stringify(value)} cannot be the value of a label`
    return key.startsWith('goog') ? 'labels that begin with "goog" belong to Google' : undefined
  },
})
