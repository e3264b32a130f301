import { addressesOf, recordsOf, type Resolv } from './resolver.ts'

export interface Said {
  readonly out: string
  readonly err?: string
  readonly code: number
}

/** `nslookup [-type=TYPE] NAME [SERVER]`, in the words of the one in busybox. */
export async function nslookup(args: readonly string[], resolv: Resolv): Promise<Said> {
  const [name, asked] = args.filter((arg) => !arg.startsWith('-'))
  if (name === undefined)
    return { out: '', err: 'usage: nslookup [-type=A|AAAA|CNAME|SRV|PTR] NAME [SERVER]\n', code: 1 }
  const server = asked ?? resolv.server
  const head = `Server:    ${server}\nAddress 1: ${server}\n\n`
  const type = args.find((arg) => /^-(?:type|query|q)=/.test(arg))?.split('=')[1]
  try {
    if (type === undefined || type.toUpperCase() === 'A') {
      const addresses = await addressesOf(name, resolv, asked)
      if (addresses === undefined) return notFound(head, name)
      const lines = addresses.map((address, at) => `Address ${at + 1}: ${address}\n`)
      return { out: `${head}Name:      ${name}\n${lines.join('')}`, code: 0 }
    }
    const records = recordsOf(name, type, resolv, asked)
    if (records === undefined)
      return { out: '', err: `nslookup: unknown type "${type}": use A, AAAA, CNAME, SRV or PTR\n`, code: 1 }
    const found = await records
    if (found === undefined) return notFound(head, name)
    return { out: head + found.found.map((line) => `${found.name}\t${line}\n`).join(''), code: 0 }
  } catch (error) {
    return { out: head, err: `nslookup: no answer from ${server}: ${(error as Error).message}\n`, code: 1 }
  }
}

const notFound = (head: string, name: string): Said => ({
  out: head,
  err: `nslookup: can't resolve '${name}'\n`,
  code: 1,
})
