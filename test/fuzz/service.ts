/**
 * Random Services. The 60 % valid, 30 % one edit away and 10 % junk are drawn per Service, not per value: of ten
 * Services six have valid values only, three have one value (of an annotation or of the spec) one edit away, one has
 * one value that is junk. Drawn per value, eight keys would leave one Service of sixty a plan; so at least half have.
 */
import type { ServiceObject } from '../../src/model/objects.ts'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import type { Random } from './random.ts'
import { isLively, valueOf, type Candidate, type Quality } from './values.ts'

const qualityOf = (random: Random): Quality => {
  const drawn = random.int(10)
  return drawn < 6 ? 'valid' : drawn < 9 ? 'near' : 'junk'
}

const ranges = {
  valid: ['10.0.0.0/8', '192.0.2.0/24', '198.51.100.7/32', '203.0.113.0/25', '10.1.2.3/16', ' 172.16.0.0/12 ', '0.0.0.0/0'],
  IPv6: ['2001:db8::/32', 'fd00:1::/64', '2001:DB8:0:1::/64', '::/0'],
  near: ['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/8,', '10.0.0.0 /8', '010.0.0.0/8', '2001:db8::/129', '10.0.0.0/08'],
  junk: ['', 'everywhere', '*', '::ffff:10.0.0.0/104', 'fe80::1%eth0/64', '10.0.0.0/8;0.0.0.0/0', '0/0', '😀'],
} as const // prettier-ignore

const rangeKeys = [
  'service.beta.kubernetes.io/load-balancer-source-ranges',
  'lb-controller.io/source-ranges',
] as const

export interface Source {
  readonly table: AnnotationTable
  readonly candidates: readonly Candidate[]
  readonly classes: readonly string[]
}

export function drawService(source: Source, random: Random, at: number): ServiceObject {
  const quality = qualityOf(random)
  const annotations = annotationsFrom(source, random)
  const spec = drawSpec(source, random)
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: random.pick(['web', 'api', `svc-${at}`, 'a'.repeat(63), 'w-1'] as const),
      ...(random.chance(0.8)
        ? { namespace: random.pick(['shop', 'default', 'kube-system', 'n'.repeat(63)] as const) }
        : {}),
      ...(random.chance(0.6)
        ? { uid: `0000${at.toString(16).padStart(4, '0')}-1111-4222-8333-444444444444` }
        : {}),
      ...(random.chance(0.3) ? { creationTimestamp: '2026-01-01T00:00:00Z' } : {}),
      annotations: {} as Record<string, string>,
    },
    spec,
  }
  for (const one of annotations) write(one, service, random)
  addRanges(service, random)
  if (quality !== 'valid') spoil(service, annotations, quality, random)
  return service
}

/** A valid value; where the key has a case of its own, mostly that, with what it needs beside it. */
function write({ key, cases, ...one }: Candidate, { metadata, spec }: Drawn, random: Random): void {
  const shown = random.chance(0.7) ? random.pick(cases) : undefined
  Object.assign(metadata.annotations, shown?.beside, {
    [key]: shown?.value ?? valueOf({ key, cases, ...one }, 'valid', random),
  })
  Object.assign(spec, structuredClone(shown?.spec))
}

/** One to eight keys, few more often than many; a refused one now and then. */
function annotationsFrom({ table, candidates }: Source, random: Random): readonly Candidate[] {
  const count = 1 + Math.min(...[1, 2, 3, 4].map(() => random.int(8)))
  const rows = new Map<string, Candidate>()
  for (const one of random.some(candidates, count * 2)) {
    if (rows.size === count) break
    if (!isLively(table, one) && !random.chance(0.02)) continue
    // Two keys of one row have to agree: now and then they are left to.
    if (!rows.has(one.row) || random.chance(0.1)) rows.set(`${one.row}${rows.has(one.row) ? '+' : ''}`, one)
  }
  return [...rows.values()]
}

type Drawn = { metadata: { annotations: Record<string, string> }; spec: Record<string, unknown> }

function drawSpec({ classes }: Source, random: Random): Record<string, unknown> {
  const protocols = random.chance(0.92)
    ? ['TCP']
    : random.pick<readonly string[]>([
        ['UDP'],
        ['UDP'],
        ['TCP', 'UDP'],
        ['TCP', 'UDP'],
        ['SCTP'],
        ['TCP', 'SCTP'],
      ])
  // Most annotations that name ports name these two.
  const usual = random.chance(0.7) ? [80, 443] : []
  const others = random.some([80, 443, 53, 8080, 9000, 65_535, 1], random.int(3) + (usual.length > 0 ? 0 : 1))
  const numbers = [...new Set([...usual, ...others])]
  const local = random.chance(0.3)
  const className = random.pick([...classes, 'example.com/other'])
  return {
    type: 'LoadBalancer',
    ports: numbers.map((port, index) => ({
      ...(numbers.length > 1 || random.chance(0.5) ? { name: `p${index}` } : {}),
      port,
      ...(random.chance(0.9) ? { protocol: random.pick(protocols) ?? 'TCP' } : {}),
      ...(random.chance(0.5) ? { targetPort: random.pick([8080, 'web'] as const) } : {}),
      ...(random.chance(0.97) ? { nodePort: 30_000 + index * 7 + random.int(5) } : {}),
    })),
    ...(local
      ? { externalTrafficPolicy: 'Local', ...(random.chance(0.9) ? { healthCheckNodePort: 32_000 } : {}) }
      : {}),
    ...(random.chance(0.08)
      ? { ipFamilyPolicy: random.pick(['SingleStack', 'PreferDualStack', 'RequireDualStack'] as const) }
      : {}),
    ...(random.chance(0.08)
      ? { ipFamilies: random.pick([['IPv4'], ['IPv6'], ['IPv4', 'IPv6'], ['IPv6', 'IPv4']] as const) }
      : {}),
    ...(random.chance(0.06) ? { sessionAffinity: 'ClientIP' } : {}),
    ...(random.chance(0.06)
      ? { loadBalancerIP: random.pick(['192.0.2.10', '10.0.1.5', '2001:db8::10'] as const) }
      : {}),
    ...(random.chance(0.07) && className !== undefined ? { loadBalancerClass: className } : {}),
    ...(random.chance(0.03) ? { allocateLoadBalancerNodePorts: false } : {}),
    ...(random.chance(0.05) ? { externalIPs: ['192.0.2.99'] } : {}),
  }
}

/** Of four Services one says who may connect; in its families, so that it can be planned. */
function addRanges({ metadata, spec }: Drawn, random: Random): void {
  if (!random.chance(0.35)) return
  const families = spec['ipFamilies'] as readonly string[] | undefined
  const dual = families?.length === 2 || spec['ipFamilyPolicy'] === 'RequireDualStack'
  const fitting =
    families?.[0] === 'IPv6' && !dual ? ranges.IPv6 : dual ? [...ranges.valid, ...ranges.IPv6] : ranges.valid
  const asked = random.some<string>(fitting, 1 + random.int(3))
  if (random.chance(0.8)) spec['loadBalancerSourceRanges'] = asked
  else metadata.annotations[random.pick(rangeKeys)] = asked.join(',')
}

function spoil(service: Drawn, keys: readonly Candidate[], quality: 'near' | 'junk', random: Random): void {
  const { metadata, spec } = service
  const ports = spec['ports'] as Record<string, unknown>[]
  const [port = {}] = ports
  const one = random.pick(keys)
  const ways: (() => void)[] = [
    () => {
      const written = spec['loadBalancerSourceRanges'] as readonly string[] | undefined
      const bad = random.pick<string>(ranges[quality]) ?? ''
      if (random.chance(0.7)) spec['loadBalancerSourceRanges'] = random.shuffled([...(written ?? []), bad])
      else metadata.annotations[random.pick(rangeKeys)] = bad
    },
    () => {
      port['port'] =
        quality === 'near'
          ? random.pick([0, 65_536, -80, 80.5] as const)
          : random.pick(['80', null, {}] as const)
    },
    () => {
      spec['externalTrafficPolicy'] = quality === 'near' ? 'local' : 17
    },
    () => {
      spec[
        random.pick(['loadBalancerIP', 'ipFamilies', 'sessionAffinity', 'loadBalancerClass', 'port'] as const)
      ] = quality === 'near' ? 'IPv4 ' : [[]]
    },
    () => {
      ports.push({ ...port })
    },
  ]
  if (one === undefined || random.chance(0.25)) random.pick(ways)?.()
  else metadata.annotations[one.key] = valueOf(one, quality, random)
}
