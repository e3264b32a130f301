/**
 * Octavia and Neutron in memory: what each object's body reads like after steps were carried out, with all that the
 * servers fill in themselves. Nothing of ours stands in it but what a write carried.
 */
import { createBlueprint } from '../../../providers/openstack/blueprint.ts'
import { ownerTags } from '../../../providers/openstack/kinds/load-balancer-form.ts'
import { writeTags } from '../../../providers/openstack/tags.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { asRef, branches } from '../../../src/plan/leaves.ts'
import type { Step } from '../../../src/plan/plan.ts'
import type { Observed, Ref } from '../../../src/plan/resource.ts'
import { cluster } from './world.ts'

interface Held {
  readonly kind: string
  readonly id: string
  readonly spec: JsonObject
  readonly parts: Readonly<Record<string, JsonObject>>
}

const idOf = ({ stack, kind, key }: Ref): string => `${kind}:${stack}:${key}`

function filled(value: Json): Json {
  const to = asRef(value)
  if (to !== undefined) return to.out === undefined || to.out === 'id' ? idOf(to) : `${to.out}:${idOf(to)}`
  if (Array.isArray(value)) return value.map((item: Json) => filled(item))
  if (!branches(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner)]))
}

/** A spec with one leaf set, or removed where the value is null. Tags hold dots in their keys. */
function put(spec: JsonObject, path: string, value: Json): JsonObject {
  const [head = '', ...rest] = path.split('.')
  const inner = rest.length === 0 ? value : put(isObject(spec[head]) ? spec[head] : {}, rest.join('.'), value)
  const known = Object.fromEntries(Object.entries(spec).filter(([key]) => key !== head))
  return inner === null ? known : { ...known, [head]: inner }
}

const withField = (spec: JsonObject, path: string, value: Json): JsonObject =>
  path.startsWith('tags.')
    ? {
        ...spec,
        tags: put({ x: spec['tags'] ?? {} }, 'x', tagged(spec['tags'], path.slice(5), value))['x'] ?? {},
      }
    : put(spec, path, value)

function tagged(tags: Json | undefined, tag: string, value: Json): JsonObject {
  const rest = Object.entries(isObject(tags) ? tags : {}).filter(([key]) => key !== tag)
  return Object.fromEntries(value === null ? rest : [...rest, [tag, value]])
}

const status = { provisioning_status: 'ACTIVE', operating_status: 'ONLINE', admin_state_up: true }
const project = { project_id: 'p-1', tenant_id: 'p-1', created_at: '2026-01-01T00:00:00', updated_at: null }

export class Cloud {
  readonly #held = new Map<string, Held>()
  readonly #nodePorts: readonly JsonObject[]

  constructor(nodePorts: readonly { readonly id: string; readonly address: string }[] = []) {
    this.#nodePorts = nodePorts.map(({ id, address }) => ({
      id,
      fixed_ips: [{ ip_address: address, subnet_id: 'subnet-nodes' }],
      revision_number: 4,
      ...project,
    }))
    for (const { id } of nodePorts)
      this.#held.set(id, {
        kind: 'port',
        id,
        spec: {},
        parts: { 'sg-default': { security_group_id: 'sg-default' } },
      })
  }

  /** Carries out one step after the other; a step may need nothing that is not there. */
  apply(steps: readonly Step[]): void {
    const done = new Set<string>()
    const left = [...steps]
    const ids = new Set(steps.map(({ id }) => id))
    while (left.length > 0) {
      const at = left.findIndex(({ needs }) => needs.every((id) => done.has(id) || !ids.has(id)))
      const [step] = left.splice(at, 1)
      if (at < 0 || step === undefined) throw new Error('steps need each other in a circle')
      this.#carryOut(step)
      done.add(step.id)
    }
  }

  #carryOut(step: Step): void {
    const id = step.target ?? (step.after === undefined ? step.key : idOf(step))
    if (step.action === 'delete') {
      this.#held.delete(id)
      // A load balancer takes with it what is within, a pool its monitor.
      for (const held of this.#held.values())
        if (held.spec['loadbalancer_id'] === id || held.spec['pool_id'] === id) this.#held.delete(held.id)
      return
    }
    const before = step.action === 'create' ? undefined : this.#held.get(id)
    const created = filled(step.after ?? {}) as JsonObject
    const spec = (step.fields ?? []).reduce(
      (all, { path, after }) => withField(all, path, filled(after)),
      before?.spec ?? created,
    )
    const parts = {
      ...before?.parts,
      ...(before === undefined && step.kind === 'security-group' ? egress : {}),
    }
    for (const { key: given, action, after } of step.parts ?? []) {
      const group = asRef(after?.['security_group_id'])
      const key = group === undefined ? given : idOf(group)
      if (action === 'remove') delete parts[key]
      else parts[key] = { ...parts[key], ...(filled(after ?? {}) as JsonObject) }
    }
    this.#held.set(id, { kind: step.kind, id, spec, parts })
  }

  /** By somebody's hand. */
  add(id: string, key: string, part: JsonObject): void {
    const held = this.#held.get(id)
    if (held !== undefined) this.#held.set(id, { ...held, parts: { ...held.parts, [key]: part } })
  }

  /** By kind, as their own GET shows them. */
  bodies(): Readonly<Record<string, readonly JsonObject[]>> {
    const all = [...this.#held.values()]
    const kinds = [...Map.groupBy(all, ({ kind }) => kind)]
    return Object.fromEntries(kinds.map(([kind, list]) => [kind, list.map((held) => this.#body(held))]))
  }

  observe(): readonly Observed[] {
    const blueprint = createBlueprint({})
    const all = Object.entries(this.bodies()).flatMap(([kind, bodies]) =>
      bodies.flatMap((body) => blueprint.kinds[kind]?.observe?.(body, cluster) ?? []),
    )
    return blueprint.related?.(all) ?? all
  }

  #body(held: Held): JsonObject {
    const { id, kind, spec, parts } = held
    const owners = Object.entries(parts).flatMap(([key, part]) =>
      typeof part['uid'] === 'string'
        ? ownerTags(key.replace('service ', ''), part as { uid: string; name: string })
        : [],
    )
    const tags = [...writeTags((spec['tags'] ?? {}) as Record<string, string>), ...owners]
    const base = { ...project, id, ...spec, tags }
    const of = { base, parts, id }
    switch (kind) {
      case 'load-balancer':
        return { loadbalancer: this.#balancer(of) }
      case 'listener':
        return { listener: listener(of) }
      case 'pool':
        return { pool: pool(of) }
      case 'health-monitor':
        return { healthmonitor: monitor(of) }
      case 'floating-ip':
        return { floatingip: floating(of, this.#nodePorts.length) }
      case 'security-group':
        return { security_group: group(of) }
      default: {
        const port = this.#nodePorts.find((one) => one['id'] === id)
        return {
          port: {
            ...port,
            security_groups: Object.values(parts).map((part) => part['security_group_id'] ?? ''),
          },
        }
      }
    }
  }

  #balancer({ base, id }: Of): JsonObject {
    const within = (kind: string) =>
      [...this.#held.values()].flatMap((held) =>
        held.kind === kind && held.spec['loadbalancer_id'] === id ? { id: held.id } : [],
      )
    return {
      vip_address: '10.0.1.100',
      vip_port_id: `vip_port_id:${id}`,
      vip_network_id: 'net-nodes',
      vip_subnet_id: 'subnet-nodes',
      vip_qos_policy_id: null,
      flavor_id: null,
      availability_zone: null,
      additional_vips: [],
      ...base,
      ...status,
      listeners: within('listener'),
      pools: within('pool'),
    }
  }
}

interface Of {
  readonly id: string
  readonly base: JsonObject
  readonly parts: Readonly<Record<string, JsonObject>>
}

const rule = {
  remote_group_id: null,
  remote_ip_prefix: null,
  protocol: null,
  port_range_min: null,
  port_range_max: null,
}

/** What Neutron puts into each new group. */
const egress: Readonly<Record<string, JsonObject>> = {
  'egress any/all/IPv4': { ...rule, direction: 'egress', ethertype: 'IPv4', description: null },
  'egress any/all/IPv6': { ...rule, direction: 'egress', ethertype: 'IPv6', description: null },
}

function listener({ base }: Of): JsonObject {
  const { loadbalancer_id: parent = '', ...spec } = base
  const tls = spec['protocol'] === 'TERMINATED_HTTPS'
  return {
    description: '',
    connection_limit: -1,
    insert_headers: {},
    allowed_cidrs: null,
    default_tls_container_ref: null,
    sni_container_refs: [],
    l7policies: [],
    client_authentication: 'NONE',
    tls_versions: tls ? ['TLSv1.2', 'TLSv1.3'] : [],
    tls_ciphers: tls ? 'TLS_AES_256_GCM_SHA384' : null,
    timeout_client_data: 50_000,
    timeout_member_connect: 5_000,
    timeout_member_data: 50_000,
    timeout_tcp_inspect: 0,
    ...status,
    ...spec,
    loadbalancers: [{ id: parent }],
  }
}

function pool({ id, base, parts }: Of): JsonObject {
  const { loadbalancer_id: parent = '', session_persistence: sticky, ...spec } = base
  const members = Object.entries(parts).map(([key, member]) => ({
    id: `member:${id}:${key}`,
    weight: 1,
    backup: false,
    subnet_id: null,
    monitor_address: null,
    monitor_port: null,
    ...status,
    ...project,
    tags: [],
    ...member,
  }))
  const more = { cookie_name: null, persistence_timeout: null, persistence_granularity: null }
  return {
    description: '',
    tls_enabled: false,
    ...status,
    ...spec,
    session_persistence: isObject(sticky) ? { ...more, ...sticky } : null,
    loadbalancers: [{ id: parent }],
    members,
  }
}

function monitor({ base }: Of): JsonObject {
  const { pool_id: parent = '', ...spec } = base
  const http = spec['type'] === 'HTTP' || spec['type'] === 'HTTPS'
  return {
    http_method: http ? 'GET' : null,
    url_path: http ? '/' : null,
    expected_codes: http ? '200' : null,
    http_version: null,
    domain_name: null,
    ...status,
    ...spec,
    pools: [{ id: parent }],
  }
}

function floating({ base, parts }: Of, at: number): JsonObject {
  const { subnet_id: _, ...spec } = base
  return {
    floating_ip_address: `203.0.113.${50 + at}`,
    status: 'ACTIVE',
    router_id: null,
    dns_domain: '',
    dns_name: '',
    qos_policy_id: null,
    revision_number: 3,
    fixed_ip_address: null,
    ...spec,
    port_id: parts['port']?.['port_id'] ?? null,
  }
}

function group({ id, base, parts }: Of): JsonObject {
  return {
    stateful: true,
    shared: false,
    revision_number: 2,
    ...base,
    tags: [],
    security_group_rules: Object.entries(parts).map(([key, part]) => ({
      ...rule,
      id: `rule:${key}`,
      security_group_id: id,
      revision_number: 0,
      tags: [],
      normalized_cidr: part['remote_ip_prefix'] ?? null,
      ...part,
    })),
  }
}
