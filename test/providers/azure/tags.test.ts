import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tagsOn } from '../../../providers/azure/tags.ts'
import { azure, cluster, contributionOf, existing, network, planOf, service, stemOf, uidOf } from './world.ts'

const rows: readonly {
  name: string
  has?: Readonly<Record<string, string>>
  asked: readonly Readonly<Record<string, string>>[]
  tags: Readonly<Record<string, string>>
}[] = [
  { name: 'as written, where there is none', asked: [{ Env: 'prod' }], tags: { Env: 'prod' } },
  {
    name: 'the later of two places outranks, whatever the case of the name',
    asked: [{ Env: 'prod', team: 'shop' }, { env: 'test' }],
    tags: { Env: 'test', team: 'shop' },
  },
  {
    name: 'one that is there keeps its spelling',
    has: { ENV: 'prod', other: 'x' },
    asked: [{ env: 'test' }],
    tags: { ENV: 'test' },
  },
  { name: 'values have case', has: { env: 'prod' }, asked: [{ env: 'Prod' }], tags: { env: 'Prod' } },
]

const bodyWith = (tags: Readonly<Record<string, string>>) => {
  const name = `kubernetes-${stemOf(1)}`
  return {
    name,
    id: `${network}/publicIPAddresses/${name}`,
    location: 'westeurope',
    tags: {
      'k8s-azure-service': 'shop/web-1',
      'lb-controller-cluster': cluster.uid,
      'lb-controller-service-uid': uidOf(1),
      ...tags,
    },
    properties: { ipAddress: '203.0.113.50', publicIPAddressVersion: 'IPv4' },
  }
}

for (const { name, has = {}, asked, tags } of rows)
  test(`tags of Azure: ${name}`, () => {
    const [seen] = existing({ 'public-ip': [bodyWith(has)] })
    assert.deepEqual(tagsOn(seen, ...asked), tags)
  })

test('tags of Azure: one that a policy spelt otherwise is no difference', () => {
  const observed = existing({ 'public-ip': [bodyWith({ Env: 'prod' })] })
  const asked = service({ annotations: { [`${azure}pip-tags`]: 'env=prod' } })
  const changes = planOf([asked], { observed })
    .plan.steps.filter(({ kind }) => kind === 'public-ip')
    .flatMap(({ fields = [] }) => fields.map(({ path }) => path))
  assert.deepEqual(
    changes.filter((path) => path.toLowerCase() === 'tags.env'),
    [],
  )
})

test('tags of Azure: two that are one to Azure are refused', () => {
  const { problems } = contributionOf({ annotations: { [`${azure}pip-tags`]: 'Env=prod,env=test' } })
  assert.deepEqual(
    problems.map(({ code, path }) => [code, path]),
    [['LB_ANNOTATION_MAP', `metadata.annotations["${azure}pip-tags"]`]],
  )
})

test('tags of Azure: those of the Service outrank those of the configuration', () => {
  const { resources } = contributionOf(
    { annotations: { [`${azure}pip-tags`]: 'env=test' } },
    {},
    {
      tags: { Env: 'prod', team: 'shop' },
    },
  )
  const tags = resources.find(({ kind }) => kind === 'public-ip')?.spec['tags'] as Record<string, string>
  assert.deepEqual([tags['Env'], tags['env'], tags['team']], ['test', undefined, 'shop'])
})
