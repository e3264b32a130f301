import type { AwsFault } from '../fault.ts'
import type { Service } from '../switches.ts'
import type { Member, Shape } from './shape.ts'

const namespaces = {
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  elbv2: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  elb: 'http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/',
} as const

export function encodeAnswer(
  service: Service,
  action: string,
  shape: Shape,
  output: object,
  requestId: string,
): string {
  const members = encode(shape, output)
  const body =
    service === 'ec2'
      ? `${element('requestId', requestId)}${members}`
      : `<${action}Result>${members}</${action}Result>` +
        `<ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata>`
  return document(`${action}Response`, namespaces[service], body)
}

export function encodeFault(service: Service, { code, message, status, requestId }: AwsFault): string {
  const words = element('Code', code) + element('Message', message)
  if (service === 'ec2')
    return document(
      'Response',
      undefined,
      `<Errors><Error>${words}</Error></Errors>${element('RequestID', requestId)}`,
    )
  const type = element('Type', status < 500 ? 'Sender' : 'Receiver')
  return document(
    'ErrorResponse',
    namespaces[service],
    `<Error>${type}${words}</Error>${element('RequestId', requestId)}`,
  )
}

function document(name: string, namespace: string | undefined, body: string): string {
  const xmlns = namespace === undefined ? '' : ` xmlns="${namespace}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${xmlns}>${body}</${name}>`
}

function encode(shape: Shape, value: unknown): string {
  if (shape.kind === 'list')
    return (value as readonly unknown[]).map((inner) => encodeMember(shape.item, inner)).join('')
  if (shape.kind === 'structure') {
    const record = value as Readonly<Record<string, unknown>>
    return shape.members.map((member) => encodeMember(member, record[member.name])).join('')
  }
  if (shape.kind === 'timestamp') return (value as Date).toISOString()
  if (shape.kind === 'blob') return Buffer.from(value as Uint8Array).toString('base64')
  return escaped(String(value))
}

function encodeMember(member: Member, value: unknown): string {
  if (value === undefined) return ''
  const name = member.xmlName ?? member.name
  return `<${name}>${encode(member.shape(), value)}</${name}>`
}

const element = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign)
