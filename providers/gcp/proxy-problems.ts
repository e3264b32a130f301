import { error, note, type Problem, warning } from '../../src/model/problem.ts'
import { unmatched } from '../../src/model/value-ports.ts'
import { wantsHeader } from './annotations-portable.ts'
import type { Wish } from './wish.ts'

/** What a proxy cannot do, or not in this way. */
export function proxyProblems(wish: Wish): readonly Problem[] {
  const { lb, settings } = wish
  const { tlsCertificate, proxyProtocol } = settings
  const setting = tlsCertificate ?? proxyProtocol
  if (setting === undefined) return []
  const problems: Problem[] = [...headerProblems(wish), ...tlsProblems(wish)]
  for (const port of lb.ports)
    if (port.protocol === 'UDP')
      problems.push(
        error(
          'LB_GCP_PROXY_UDP',
          `spec.ports[${port.index}].protocol`,
          `${setting.key} needs a proxy, and a proxy takes TCP only`,
          { value: 'UDP', accepted: 'TCP', hint: 'give the UDP ports a Service of their own' },
        ),
      )
  const [range] = lb.sourceRanges
  if (range !== undefined)
    problems.push(
      error(
        'LB_SOURCE_RANGE_UNSUPPORTED',
        range.path,
        `clients end at the proxy that ${setting.key} asks for, so the firewall of the nodes cannot tell who connects`,
        { value: range.cidr, hint: `remove ${setting.key}, or the source ranges` },
      ),
    )
  problems.push(
    note(
      'LB_GCP_PROXY',
      setting.path,
      `this makes a proxy network load balancer ${wish.global ? 'that stands in no region' : 'of the region'}: pods see its addresses instead of the clients'`,
      { value: setting.raw },
    ),
  )
  return problems
}

function headerProblems({ settings: { proxyProtocol } }: Wish): readonly Problem[] {
  if (wantsHeader(proxyProtocol?.value) !== 'v2' || proxyProtocol === undefined) return []
  return [
    error(
      'LB_GCP_PROXY_VERSION',
      proxyProtocol.path,
      'proxies of this cloud write version 1 of the header only',
      {
        value: proxyProtocol.raw,
        accepted: 'true, v1 or false',
        hint: 'let the pods read version 1, and write v1',
      },
    ),
  ]
}

function tlsProblems({ lb, settings, internal, global }: Wish): readonly Problem[] {
  const { tlsCertificate, tlsPorts } = settings
  if (tlsCertificate === undefined) return []
  const problems: Problem[] = []
  if (!global)
    problems.push(
      error(
        'LB_GCP_TLS_REGIONAL',
        tlsCertificate.path,
        `TLS ends only at a proxy that stands in no region, and this load balancer is ${internal ? 'internal' : 'of the Standard tier'}`,
        {
          value: tlsCertificate.raw,
          accepted: 'an external load balancer of the Premium tier',
          hint: 'let the pods end TLS, or change the type or tier of the load balancer',
        },
      ),
    )
  for (const item of unmatched(tlsPorts?.value ?? 'all', lb.ports))
    problems.push(
      error('LB_TLS_PORT_UNKNOWN', tlsPorts?.path ?? '', `${item} is no port of the Service`, {
        value: String(item),
        accepted: lb.ports.map(({ port, name }) => name ?? port).join(', '),
        hint: 'write the number or the name of a port in spec.ports',
      }),
    )
  const count = new Set(tlsCertificate.value).size
  if (count > 15)
    problems.push(
      error(
        'LB_GCP_CERTIFICATES',
        tlsCertificate.path,
        `${count} certificates are named, and a proxy takes 15`,
        {
          value: tlsCertificate.raw,
          accepted: 'at most 15 certificates',
          hint: 'use certificates with several names',
        },
      ),
    )
  return problems
}

/** Keys of TLS that mean nothing without a certificate. */
export function strayTls({ settings: { tlsCertificate, tlsPorts, tlsPolicy } }: Wish): readonly Problem[] {
  if (tlsCertificate !== undefined) return []
  return [tlsPorts, tlsPolicy].flatMap((setting) =>
    setting === undefined
      ? []
      : [
          warning(
            'LB_TLS_NO_CERTIFICATE',
            setting.path,
            'no certificate is named, so no port ends TLS and this has no effect',
            { value: setting.raw, hint: 'name one in lb-controller.io/tls-certificate' },
          ),
        ],
  )
}
