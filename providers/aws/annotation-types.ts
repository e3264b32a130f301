import { type Address, type IpFamily, parseAddress, parseCidr } from '../../src/lib/ip.ts'
import { fail, ok } from '../../src/lib/result.ts'
import type { ValueType } from '../../src/model/annotations.ts'

export interface Certificate {
  readonly arn: string
  readonly service: 'acm' | 'iam'
  /** ACM certificates serve only the load balancers of their own region; IAM's serve all. */
  readonly region?: string
  readonly account: string
}

const acm =
  /^arn:aws[a-z-]*:acm:(?<region>[a-z]{2}(?:-[a-z]+)+-\d+):(?<account>\d{12}):certificate\/[A-Za-z0-9-]+$/
const iam = /^arn:aws[a-z-]*:iam::(?<account>\d{12}):server-certificate\/[\w+=,.@/-]+$/

export const certificate: ValueType<Certificate> = {
  name: 'certificate ARN',
  accepts: 'arn:aws:acm:REGION:ACCOUNT:certificate/ID or arn:aws:iam::ACCOUNT:server-certificate/NAME',
  parse(arn) {
    const ofAcm = acm.exec(arn)?.groups
    if (ofAcm !== undefined)
      return ok({ arn, service: 'acm', region: String(ofAcm['region']), account: String(ofAcm['account']) })
    const ofIam = iam.exec(arn)?.groups
    if (ofIam !== undefined) return ok({ arn, service: 'iam', account: String(ofIam['account']) })
    return fail({
      code: 'LB_CERTIFICATE_ARN',
      message: `${JSON.stringify(arn)} is not the ARN of a certificate`,
      hint: arn.startsWith('arn:')
        ? partHint(arn)
        : 'an ARN begins with "arn:"; `aws acm list-certificates` shows them',
    })
  },
}

/** Names the first part of an ARN that is wrong. */
function partHint(arn: string): string {
  const [, partition = '', service = '', region = '', account = '', resource = ''] = arn.split(':')
  if (!/^aws[a-z-]*$/.test(partition))
    return `the part after "arn:" is a partition such as "aws", not "${partition}"`
  if (service !== 'acm' && service !== 'iam') return `the service is "acm" or "iam", not "${service}"`
  if (service === 'acm' && !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) return `"${region}" is not a region`
  if (service === 'iam' && region !== '') return 'ARNs of iam have no region: two colons follow "iam"'
  if (!/^\d{12}$/.test(account)) return `the account has 12 digits, "${account}" has not`
  const word = service === 'acm' ? 'certificate/' : 'server-certificate/'
  return resource.startsWith(word)
    ? `"${resource}" is no valid name of a certificate`
    : `the last part begins with "${word}"`
}

export type HealthCheckPort =
  | { readonly is: 'traffic-port' }
  | { readonly is: 'number'; readonly port: number }
  | { readonly is: 'name'; readonly name: string }

export const healthCheckPort: ValueType<HealthCheckPort> = {
  name: 'health check port',
  accepts: '"traffic-port", a port number from 1 to 65535, or the name of a port of the Service',
  parse(text) {
    const value = text.trim()
    if (value === 'traffic-port') return ok({ is: 'traffic-port' })
    if (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65535)
      return ok({ is: 'number', port: Number(value) })
    if (/^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) return ok({ is: 'name', name: value })
    return fail({
      code: 'LB_ANNOTATION_PORTS',
      message: `${JSON.stringify(text)} is no port to check health on`,
    })
  },
}

/** One address of a family. */
export const addressOf = (family: IpFamily): ValueType<Address> => ({
  name: `${family} address`,
  accepts: `an ${family} address such as ${family === 'IPv4' ? '10.0.1.10' : '2001:db8::10'}`,
  parse(text) {
    const parsed = parseAddress(text.trim())
    if (!parsed.ok) return fail({ ...parsed.error, code: 'LB_ANNOTATION_TEXT' })
    if (parsed.value.family === family) return ok(parsed.value)
    return fail({ code: 'LB_ANNOTATION_TEXT', message: `${parsed.value.text} is no ${family} address` })
  },
})

/** A prefix that source NAT draws on, or AWS's own choice. */
export const sourceNatPrefix: ValueType<string> = {
  name: 'source NAT prefix',
  accepts: '"auto_assigned", or an IPv6 range with the length 80 such as 2001:db8:0:1::/80',
  parse(text) {
    const value = text.trim()
    if (value === 'auto_assigned') return ok(value)
    const parsed = parseCidr(value)
    if (!parsed.ok) return fail({ ...parsed.error, code: 'LB_ANNOTATION_CIDR' })
    const { family, prefix, text: cidr } = parsed.value
    if (family === 'IPv6' && prefix === 80) return ok(cidr)
    const message =
      family === 'IPv6' ? `${value} has the length ${prefix}, not 80` : `${value} is no IPv6 range`
    return fail({ code: 'LB_ANNOTATION_CIDR', message })
  },
}
