import { compact, listOf, textOf } from '../../../src/lib/json-fields.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Form } from '../../../src/provider/form.ts'
import { lastOf, mapText, placeOf } from '../links.ts'
import { observedOf, pick, usual } from './shared.ts'

const fields = ['name', 'region', 'service', 'proxyHeader', 'sslCertificates', 'sslPolicy', 'description']

/** The order of certificates means something: the first is the default. */
const canonicalProxy = (spec: JsonObject): JsonObject =>
  compact({
    ...spec,
    region: mapText(spec['region'], lastOf),
    service: mapText(spec['service'], placeOf),
    sslPolicy: mapText(spec['sslPolicy'], placeOf),
    proxyHeader: spec['proxyHeader'] ?? 'NONE',
    sslCertificates:
      spec['sslCertificates'] === undefined
        ? undefined
        : listOf(spec['sslCertificates']).map((link) => (typeof link === 'string' ? placeOf(link) : link)),
  })

const proxyForm = (name: string, collection: string): Form => ({
  ...usual,
  name,
  canonical: canonicalProxy,
  immutable: ['region'],
  refs: ['service'],
  defaults: { proxyHeader: 'NONE', sslPolicy: '' },
  servesTraffic: true,
  observe(wire, cluster) {
    const named = textOf(wire['name'])
    if (named === undefined || wire['service'] === undefined) return undefined
    const scope = wire['region'] === undefined ? 'global' : 'regional'
    return [
      observedOf({
        kind: name,
        collection,
        key: `${scope}/${/-(\d+)$/.exec(named)?.[1] ?? named}`,
        wire,
        spec: canonicalProxy(pick(wire, fields)),
        cluster,
        serving: true,
      }),
    ]
  },
})

export const tcpProxyForm: Form = proxyForm('target-tcp-proxy', 'targetTcpProxies')
export const sslProxyForm: Form = proxyForm('target-ssl-proxy', 'targetSslProxies')
