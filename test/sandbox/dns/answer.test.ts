import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, type Told } from '../../../src/sandbox/dns/answer.ts'
import { names } from './world.ts'

interface Row {
  readonly name: string
  /** `NAME TYPE` */
  readonly asked: string
  /** As `shown` writes it; the zone is left out where it ends a name. Nothing: NODATA. */
  readonly told: readonly string[] | 'NXDOMAIN' | 'REFUSED'
  readonly more?: readonly string[]
}

const rows: readonly Row[] = [
  { name: 'a cluster address', asked: 'web.default.svc. A', told: ['web.default.svc. A 127.16.192.5'] },
  {
    name: 'in any case, as it was asked',
    asked: 'WEB.Default.svc. A',
    told: ['WEB.Default.svc. A 127.16.192.5'],
  },
  { name: 'no IPv6 address', asked: 'web.default.svc. AAAA', told: [] },
  { name: 'both families', asked: 'dual.default.svc. AAAA', told: ['dual.default.svc. AAAA fd00::7'] },
  { name: 'a type that nobody has', asked: 'web.default.svc. UNKNOWN_65', told: [] },
  { name: 'no such Service', asked: 'none.default.svc. A', told: 'NXDOMAIN' },
  { name: 'no such namespace', asked: 'web.shop.svc. A', told: 'NXDOMAIN' },
  { name: 'a namespace alone has names below it', asked: 'default.svc. A', told: [] },
  { name: 'a namespace that is not there', asked: 'shop.svc. A', told: 'NXDOMAIN' },
  { name: 'svc alone', asked: 'svc. A', told: [] },
  { name: 'what a search list asks first', asked: 'web.default.svc.default.svc. A', told: 'NXDOMAIN' },
  { name: 'a name below a pod', asked: 'x.127-16-4-3.default.pod. A', told: 'NXDOMAIN' },
  { name: 'a name below a named port', asked: 'x._http._tcp.web.default.svc. SRV', told: 'NXDOMAIN' },
  { name: 'a name below a name that stands for another', asked: 'x.away.default.svc. A', told: 'NXDOMAIN' },
  { name: 'no such branch', asked: 'web.default.nosvc. A', told: 'NXDOMAIN' },
  {
    name: 'headless: those that are ready, each once',
    asked: 'db.default.svc. A',
    told: ['db.default.svc. A 127.16.4.3', 'db.default.svc. A 127.16.8.3'],
  },
  {
    name: 'headless, publishing those that are not ready',
    asked: 'eager.default.svc. A',
    told: ['eager.default.svc. A 127.16.8.5'],
  },
  { name: 'headless with nobody ready', asked: 'empty.default.svc. A', told: 'NXDOMAIN' },
  {
    name: 'an endpoint by hostname',
    asked: 'db-0.db.default.svc. A',
    told: ['db-0.db.default.svc. A 127.16.4.3'],
  },
  {
    name: 'an endpoint without one, by address',
    asked: '127-16-8-3.db.default.svc. A',
    told: ['127-16-8-3.db.default.svc. A 127.16.8.3'],
  },
  { name: 'an endpoint that is not ready', asked: '127-16-8-4.db.default.svc. A', told: 'NXDOMAIN' },
  {
    name: 'an endpoint that has a name, by address',
    asked: '127-16-4-3.db.default.svc. A',
    told: 'NXDOMAIN',
  },
  {
    name: 'a named port',
    asked: '_http._tcp.web.default.svc. SRV',
    told: ['_http._tcp.web.default.svc. SRV 0 100 80 web.default.svc.'],
    more: ['web.default.svc. A 127.16.192.5'],
  },
  { name: 'a named port of another protocol', asked: '_http._udp.web.default.svc. SRV', told: 'NXDOMAIN' },
  {
    name: 'a named port over UDP',
    asked: '_dns._udp.web.default.svc. SRV',
    told: ['_dns._udp.web.default.svc. SRV 0 100 53 web.default.svc.'],
    more: ['web.default.svc. A 127.16.192.5'],
  },
  { name: 'a protocol alone', asked: '_tcp.web.default.svc. SRV', told: [] },
  { name: 'a protocol without a named port', asked: '_tcp.plain.default.svc. SRV', told: 'NXDOMAIN' },
  { name: 'a named port has no address', asked: '_http._tcp.web.default.svc. A', told: [] },
  {
    name: 'a named port of a headless Service, by endpoint, at the port of the pod',
    asked: '_http._tcp.db.default.svc. SRV',
    told: [
      '_http._tcp.db.default.svc. SRV 0 50 8080 db-0.db.default.svc.',
      '_http._tcp.db.default.svc. SRV 0 50 8080 127-16-8-3.db.default.svc.',
    ],
    more: ['db-0.db.default.svc. A 127.16.4.3', '127-16-8-3.db.default.svc. A 127.16.8.3'],
  },
  {
    name: 'all ports of a Service',
    asked: 'web.default.svc. SRV',
    told: [
      'web.default.svc. SRV 0 100 80 web.default.svc.',
      'web.default.svc. SRV 0 100 53 web.default.svc.',
    ],
    more: ['web.default.svc. A 127.16.192.5'],
  },
  { name: 'an external name', asked: 'away.default.svc. A', told: ['away.default.svc. CNAME example.com'] },
  {
    name: 'the external name itself',
    asked: 'away.default.svc. CNAME',
    told: ['away.default.svc. CNAME example.com'],
  },
  {
    name: 'an external name that is not external',
    asked: 'alias.default.svc. A',
    told: ['alias.default.svc. CNAME web.default.svc.', 'web.default.svc. A 127.16.192.5'],
  },
  {
    name: 'an external name of a load balancer',
    asked: 'balanced.default.svc. A',
    told: ['balanced.default.svc. CNAME LB.example.amazonaws.com', 'LB.example.amazonaws.com A 127.16.240.3'],
  },
  { name: 'an external name that is nowhere', asked: 'lost.default.svc. A', told: 'NXDOMAIN' },
  {
    name: 'a name for itself',
    asked: 'circle.default.svc. A',
    told: Array.from({ length: 8 }, () => 'circle.default.svc. CNAME circle.default.svc.'),
  },
  { name: 'below an external name', asked: 'x.away.default.svc. A', told: 'NXDOMAIN' },
  {
    name: 'a pod by address',
    asked: '127-16-4-2.default.pod. A',
    told: ['127-16-4-2.default.pod. A 127.16.4.2'],
  },
  { name: 'no address of a pod', asked: 'web-1.default.pod. A', told: 'NXDOMAIN' },
  { name: 'a pod of no namespace', asked: '127-16-4-2.shop.pod. A', told: 'NXDOMAIN' },
  {
    name: 'a load balancer',
    asked: 'lb.example.amazonaws.com A',
    told: ['lb.example.amazonaws.com A 127.16.240.3'],
  },
  { name: 'a load balancer has no IPv6 address', asked: 'lb.example.amazonaws.com AAAA', told: [] },
  { name: 'elsewhere', asked: 'example.com A', told: 'REFUSED' },
  {
    name: 'a name that only ends like the zone',
    asked: 'web.default.svc.mycluster.local A',
    told: 'REFUSED',
  },
  { name: 'the root', asked: ' A', told: 'REFUSED' },
  {
    name: 'whose a cluster address is',
    asked: '5.192.16.127.in-addr.arpa PTR',
    told: ['5.192.16.127.in-addr.arpa PTR web.default.svc.'],
  },
  { name: 'an address of nobody', asked: '9.192.16.127.in-addr.arpa PTR', told: 'NXDOMAIN' },
  { name: 'the version of the scheme', asked: 'dns-version. TXT', told: ['dns-version. TXT 1.1.0'] },
  {
    name: 'the zone',
    asked: 'cluster.local SOA',
    told: ['cluster.local SOA ns.dns.'],
  },
]

const full = (name: string) => (name.endsWith('.') ? `${name}cluster.local` : name)
const short = (name: string) => name.replace(/\.cluster\.local$/, '.')

function shown(one: Told): string {
  const { name } = one
  if (one.type === 'SOA') return `${short(name)} SOA ${short(one.data.mname)}`
  if (one.type !== 'SRV') return `${short(name)} ${one.type} ${short(one.data)}`
  const { priority, weight, port, target } = one.data
  return `${short(name)} SRV ${priority} ${weight} ${port} ${short(target)}`
}

for (const { name, asked, told, more = [] } of rows)
  test(`dns: ${name}`, () => {
    const [of = '', type = ''] = asked.split(' ')
    const { code, answers, authorities, additionals } = answer({ name: full(of), type }, names)
    const isNamed = typeof told !== 'string'
    assert.equal(code, isNamed ? 'NOERROR' : told)
    if (isNamed) assert.deepEqual(answers.map(shown), told)
    assert.deepEqual(additionals.map(shown), more)
    const isFound = answers.some((one) => one.type === type)
    const isForeign = told === 'REFUSED' || name === 'an external name'
    assert.deepEqual(authorities.map(shown), isFound || isForeign ? [] : ['cluster.local SOA ns.dns.'])
    for (const one of [...answers, ...authorities, ...additionals]) assert.equal(one.ttl, 5)
  })
