/**
 * Azure's network in memory: what each object's body reads like after steps were carried out, with all that the service
 * fills in itself, and what it refuses (an address on two frontends, a probe that a rule still asks).
 */
import assert from 'node:assert/strict'
import { createBlueprint } from '../../../providers/azure/blueprint.ts'
import { partOf } from '../../../providers/azure/arm.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { textIn } from '../../../src/lib/json-fields.ts'
import { asRef, asUnknown } from '../../../src/plan/leaves.ts'
import type { Step } from '../../../src/plan/plan.ts'
import type { Observed, PartChange } from '../../../src/plan/resource.ts'
import { answered, balancerBody, type Balancer } from './described-balancer.ts'
import { groupBody, type Rules, withChange } from './described-group.ts'
import { idOf } from './described-id.ts'
import { cluster } from './world.ts'

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})

interface Held {
  spec: JsonObject
  readonly address: string
}

export class Arm {
  readonly balancers = new Map<string, Balancer>()
  readonly pools = new Map<string, JsonObject>()
  readonly links = new Map<string, JsonObject>()
  readonly rules: Rules = new Map()
  readonly #publicIPs = new Map<string, Held>()
  readonly #addresses = new Map<string, string>()
  /** Public IP addresses that somebody made by hand. */
  readonly #given = new Set<string>()

  give(name: string, address: string, version = 'IPv4'): void {
    this.#given.add(name)
    const properties = { publicIPAddressVersion: version, publicIPAllocationMethod: 'Static' }
    this.#publicIPs.set(name, {
      address,
      spec: { location: 'westeurope', sku: { name: 'Standard' }, properties, tags: { team: 'edge' } },
    })
  }

  /** Carries out one step after the other, as planned, but for those that wait for another round. */
  apply(steps: readonly Step[]): void {
    const done = new Set<string>()
    const left = steps.filter(({ hold }) => hold === undefined)
    const ids = new Set(left.map(({ id }) => id))
    while (left.length > 0) {
      const at = left.findIndex(({ needs }) => needs.every((id) => done.has(id) || !ids.has(id)))
      const [step] = left.splice(at, 1)
      if (at < 0 || step === undefined) throw new Error('steps need each other in a circle')
      this.#carryOut(step)
      this.#check(step.id)
      done.add(step.id)
    }
    for (const [name, { parts }] of this.balancers)
      for (const [key, spec] of parts) this.#checkPool(name, key, spec)
  }

  #carryOut(step: Step): void {
    const { kind, key, action, parts = [] } = step
    const of: Readonly<Record<string, Map<string, JsonObject>>> = {
      'backend-pool': this.pools,
      'private-link-service': this.links,
    }
    const plain = of[kind]
    if (plain !== undefined) {
      if (action === 'delete') plain.delete(key)
      else plain.set(key, this.#written(step, plain.get(key)))
    } else if (kind === 'load-balancer') {
      if (action === 'delete') {
        this.balancers.delete(key)
        for (const pool of this.pools.keys()) if (pool.startsWith(`${key}/`)) this.pools.delete(pool)
        return
      }
      const held = this.balancers.get(key)
      const after = { spec: this.#written(step, held?.spec), parts: held?.parts ?? new Map() }
      for (const part of parts) this.#writePart(key, after, part)
      this.balancers.set(key, after)
    } else if (kind === 'public-ip') {
      assert.ok(!this.#given.has(key), `${key} is somebody else's`)
      if (action === 'delete') this.#publicIPs.delete(key)
      else {
        const held = this.#publicIPs.get(key)
        this.#publicIPs.set(key, { address: this.addressOf(key), spec: this.#written(step, held?.spec) })
      }
    } else
      for (const part of parts)
        withChange(this.rules, this.#filled(part as unknown as Json) as unknown as PartChange)
  }

  #writePart(balancer: string, { parts }: Balancer, { key, action, after = {} }: PartChange): void {
    if (action === 'remove') parts.delete(key)
    else {
      const spec = object(this.#filled(after))
      const { zones = parts.get(key)?.['zones'] } = spec
      const properties = Object.fromEntries(
        Object.entries(object(spec['properties'])).filter(([, value]) => value !== null),
      ) as Record<string, Json>
      if (properties['privateIPAllocationMethod'] === 'Dynamic')
        properties['privateIPAddress'] = this.addressOf(
          `${balancer}/${key}`,
          properties['privateIPAddressVersion'] === 'IPv6' ? 'fd00:10::' : '10.0.1.',
        )
      parts.set(key, { ...spec, properties, ...(zones === undefined ? {} : { zones }) })
    }
  }

  #written({ after, fields = [] }: Step, held: JsonObject | undefined): JsonObject {
    const base = held ?? object(this.#filled(after ?? {}))
    return held === undefined
      ? base
      : fields.reduce((all, field) => put(all, field.path.split('.'), this.#filled(field.after)), base)
  }

  /** The address that something has or will have. */
  addressOf(name: string, start?: string): string {
    const held = this.#publicIPs.get(name)?.address ?? this.#addresses.get(name)
    if (held !== undefined) return held
    const number = 100 + this.#addresses.size
    const made = start === undefined ? (name.endsWith('-IPv6') ? '2001:db8:1::' : '203.0.113.') : start
    this.#addresses.set(name, `${made}${number}`)
    return `${made}${number}`
  }

  /** Refs as Azure has them, and what a file could not know. */
  #filled(value: Json): Json {
    const to = asRef(value)
    if (to?.out === 'address') return this.addressOf(to.key)
    if (to?.out?.startsWith('address/') === true)
      return this.addressOf(`${to.key}/frontend/${to.out.slice('address/'.length)}`, '10.0.1.')
    if (to !== undefined) return idOf('publicIPAddresses', to.key)
    if (asUnknown(value) !== undefined) return []
    if (Array.isArray(value)) return value.map((item: Json) => this.#filled(item))
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#filled(item)]))
  }

  #check(step: string): void {
    const users = new Map<string, string>()
    for (const [name, { parts }] of this.balancers)
      for (const [key, spec] of parts) {
        const properties = object(spec['properties'])
        const publicIP = partOf(object(properties['publicIPAddress'])['id'], 'publicIPAddresses')
        if (publicIP !== undefined) {
          const at = `${name}/${key}`
          assert.ok(this.#publicIPs.has(publicIP), `${step}: ${at} has ${publicIP}, which is gone`)
          assert.equal(users.get(publicIP), undefined, `${step}: ${publicIP} is also on ${at}`)
          users.set(publicIP, at)
        }
        for (const [field, type, part] of within) {
          const id = object(properties[field])['id']
          if (id === undefined) continue
          const wanted = `${part}/${partOf(id, type)}`
          assert.ok(parts.has(wanted), `${step}: ${key} needs ${wanted}, which is gone`)
        }
      }
    for (const [link, { properties }] of this.links) {
      const [frontend] = object(properties)['loadBalancerFrontendIpConfigurations'] as readonly JsonObject[]
      const parts = this.balancers.get(partOf(frontend?.['id'], 'loadBalancers') ?? '')?.parts
      const name = `frontend/${partOf(frontend?.['id'], 'frontendIPConfigurations')}`
      assert.ok(parts?.has(name), `${step}: ${link} needs ${name}, which is gone`)
    }
  }

  #checkPool(balancer: string, key: string, spec: JsonObject): void {
    const id = object(object(spec['properties'])['backendAddressPool'])['id']
    if (!key.startsWith('rule/') || id === undefined) return
    const pool = `${balancer}/${partOf(id, 'backendAddressPools')}`
    assert.ok(this.pools.has(pool), `${key} needs pool ${pool}, which is gone`)
  }

  /** By kind, as their own GET shows them. */
  bodies(): Readonly<Record<string, readonly JsonObject[]>> {
    return {
      'load-balancer': [...this.balancers].map(([name, held]) => {
        const own = [...this.pools].filter(([key]) => key.startsWith(`${name}/`))
        const pools = own.map(([key, spec]): [string, JsonObject] => [key.slice(name.length + 1), spec])
        return balancerBody(name, held, pools)
      }),
      'public-ip': [...this.#publicIPs].map(([name, held]) => publicIPBody(name, held)),
      'private-link-service': [...this.links].map(([name, spec]) => linkBody(name, spec)),
      'security-group': [groupBody(this.rules)],
    }
  }

  observe(): readonly Observed[] {
    const blueprint = createBlueprint({})
    const all = Object.entries(this.bodies()).flatMap(([kind, bodies]) =>
      bodies.flatMap((body) => blueprint.kinds[kind]?.observe?.(answered(body) as JsonObject, cluster) ?? []),
    )
    return blueprint.related?.(all) ?? all
  }
}

const within = [
  ['frontendIPConfiguration', 'frontendIPConfigurations', 'frontend'],
  ['probe', 'probes', 'probe'],
] as const

/** A spec with one leaf set, or removed where the value is null. */
function put(spec: JsonObject, [head = '', ...rest]: readonly string[], value: Json): JsonObject {
  const inner = rest.length === 0 ? value : put(object(spec[head]), rest, value)
  const { [head]: _old, ...known } = spec
  return inner === null ? known : { ...known, [head]: inner }
}

function publicIPBody(name: string, { spec, address }: Held): JsonObject {
  const { resourceGroup, properties, sku, ...rest } = spec
  const { dnsSettings, ...fields } = object(properties)
  const label = object(dnsSettings)['domainNameLabel']
  const id = idOf('publicIPAddresses', name)
  return {
    name,
    id: typeof resourceGroup === 'string' ? id.replace('/SHOP/', `/${resourceGroup}/`) : id,
    etag: 'W/"3"',
    type: 'Microsoft.Network/publicIPAddresses',
    ...rest,
    sku: { ...object(sku), tier: 'Regional' },
    properties: {
      provisioningState: 'Succeeded',
      resourceGuid: 'guid',
      idleTimeoutInMinutes: 4,
      ipTags: [],
      ddosSettings: { protectionMode: 'VirtualNetworkInherited' },
      ipConfiguration: { id: `${idOf('loadBalancers', 'x')}/frontendIPConfigurations/y` },
      ...fields,
      ...(typeof label === 'string'
        ? { dnsSettings: { domainNameLabel: label, fqdn: `${label}.westeurope.cloudapp.azure.com` } }
        : {}),
      ipAddress: address,
    },
  }
}

function linkBody(name: string, spec: JsonObject): JsonObject {
  const { resourceGroup: _group, properties, ...rest } = spec
  const { ipConfigurations, ...fields } = object(properties)
  return {
    name,
    id: idOf('privateLinkServices', name),
    etag: 'W/"3"',
    type: 'Microsoft.Network/privateLinkServices',
    ...rest,
    properties: {
      provisioningState: 'Succeeded',
      alias: `${name}.guid.westeurope.azure.privatelinkservice`,
      networkInterfaces: [{ id: idOf('networkInterfaces', `${name}.nic`) }],
      privateEndpointConnections: [],
      ...fields,
      ipConfigurations: (ipConfigurations as readonly JsonObject[]).map((one) => ({
        etag: 'W/"3"',
        id: `${idOf('privateLinkServices', name)}/ipConfigurations/${textIn(one, 'name') ?? ''}`,
        type: 'Microsoft.Network/privateLinkServices/ipConfigurations',
        ...one,
        properties: { provisioningState: 'Succeeded', ...object(one['properties']) },
      })),
    },
  }
}
