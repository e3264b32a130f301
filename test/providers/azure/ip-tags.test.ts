import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../../src/lib/json.ts'
import { azure, cluster, contributionOf, existing, network, stemOf, uidOf } from './world.ts'

const tag = (ipTagType: string, value: string): Json => ({ ipTagType, tag: value })

/** The Service's own address, with these IP tags. */
const made = (ipTags: readonly Json[]) => {
  const name = `kubernetes-${stemOf(1)}`
  const tags = {
    'k8s-azure-service': 'shop/web-1',
    'lb-controller-cluster': cluster.uid,
    'lb-controller-service-uid': uidOf(1),
  }
  const properties = { ipAddress: '203.0.113.50', publicIPAddressVersion: 'IPv4', ipTags }
  const body = { name, id: `${network}/publicIPAddresses/${name}`, location: 'westeurope', tags, properties }
  return existing({ 'public-ip': [body] })
}

const rows: readonly {
  name: string
  asked: string
  has: readonly Json[]
  inPlace: boolean
  told: readonly string[]
}[] = [
  {
    name: 'the same',
    asked: 'RoutingPreference=Internet',
    has: [tag('RoutingPreference', 'Internet')],
    inPlace: true,
    told: [],
  },
  {
    name: 'of the type that can change',
    asked: 'FirstPartyUsage=/Prod',
    has: [tag('FirstPartyUsage', '/NonProd')],
    inPlace: true,
    told: [],
  },
  {
    name: 'of another type',
    asked: 'RoutingPreference=Internet',
    has: [],
    inPlace: true,
    told: ['LB_AZURE_IP_TAGS'],
  },
  {
    name: 'of another type, where the address may be made anew',
    asked: 'RoutingPreference=Internet',
    has: [],
    inPlace: false,
    told: [],
  },
]

for (const { name, asked, has, inPlace, told } of rows)
  test(`IP tags on an address that exists: ${name}`, () => {
    const annotations = { [`${azure}pip-ip-tags`]: asked }
    const { problems } = contributionOf({ annotations }, { observed: made(has) }, { changeIPTags: inPlace })
    assert.deepEqual(
      problems.map(({ code }) => code),
      told,
    )
  })
