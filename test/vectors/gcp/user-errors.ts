/** What the peer blames on the user, by the Service or the cloud that brings it about: here it is a Problem of the Service. */
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { hasError } from '../../../src/model/problem.ts'
import type { Compare } from '../vector.ts'
import { blueprintWith, differences, fakeCloud, planServices, wholeService } from './planned.ts'

interface Situation {
  /** Fields by which the peer's error is known. */
  readonly has: readonly string[]
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Readonly<Record<string, unknown>>
  readonly facts?: JsonObject
  /** A second Service that asks for the same. */
  readonly twice?: true
  /** What the user is told where it is not refused. */
  readonly told?: string
}

const tier = 'cloud.google.com/network-tier'
const ranges = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const premium = [{ name: 'taken', address: '203.0.113.7', networkTier: 'PREMIUM' }]

const situations: readonly Situation[] = [
  {
    has: ['unsupportedNT'],
    annotations: { [tier]: 'Standard' },
    spec: { ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' },
  },
  {
    has: ['desiredNT', 'receivedNT'],
    annotations: { [tier]: 'Standard' },
    spec: { loadBalancerIP: '203.0.113.7' },
    facts: { addresses: premium },
  },
  { has: ['loadBalancerSourceRangesAnnotation'], annotations: { [ranges]: '1.2.3.4 1.2.3.4' } },
  { has: ['loadBalancerSourceRangesSpec'], spec: { loadBalancerSourceRanges: ['1.0.1.2'] } },
  { has: ['portRange'], annotations: { 'lb-controller.io/group': 'edge' }, twice: true },
  {
    has: ['internal'],
    facts: { network: 'projects/host-project/global/networks/shared' },
    told: 'LB_GCP_SHARED_VPC',
  },
  { has: ['ip'], spec: { loadBalancerIP: '203.0.113.8' }, facts: { addresses: premium } },
  {
    has: ['err'],
    annotations: { 'networking.gke.io/load-balancer-subnet': 'gone' },
    spec: { ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' },
    facts: { subnets: [] },
  },
  // Nothing that the user did: a Service without a fault.
  { has: ['error'] },
]

const serviceOf = ({ annotations = {}, spec = {} }: Situation, uid: string): ServiceObject =>
  wholeService({ metadata: { name: `web-${uid}`, uid, annotations } }, false, spec)

export const userError: Compare = ({ context, expected }) => {
  const { err } = context
  const fields = Object.keys(isObject(err) ? err : { error: '' }).map((field) => field.toLowerCase())
  const found = situations.find(({ has }) => has.some((field) => fields.includes(field.toLowerCase())))
  if (found === undefined) return ['what a call answers has no counterpart in a plan']
  const services = ['a', ...(found.twice === true ? ['b'] : [])].map((uid) => serviceOf(found, uid))
  const { problems } = planServices(blueprintWith({}), services, { facts: { ...fakeCloud, ...found.facts } })
  const told = hasError(problems) || problems.some(({ code }) => code === found.told)
  return differences('told', told, (expected as JsonObject)['value'])
}
