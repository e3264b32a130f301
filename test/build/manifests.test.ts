import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { actions } from '../../providers/aws/api.ts'
import { loadConfig } from '../../src/config/load.ts'

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

/** As far as the tests below look into objects. */
interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly Rule[]
  readonly spec?: Spec
}

interface Spec {
  readonly replicas: number
  readonly maxUnavailable: number
  readonly template: { readonly spec: PodSpec }
}

interface PodSpec {
  readonly containers: readonly Container[]
  readonly securityContext: {
    readonly runAsNonRoot: boolean
    readonly seccompProfile: { readonly type: string }
  }
  readonly topologySpreadConstraints: readonly unknown[]
  readonly enableServiceLinks: boolean
}

interface Container {
  readonly securityContext: unknown
  readonly ports: readonly { readonly containerPort: number }[]
  readonly livenessProbe: { readonly httpGet: { readonly path: string } }
  readonly readinessProbe: { readonly httpGet: { readonly path: string } }
  readonly resources: Readonly<Record<'requests' | 'limits', { readonly memory: string }>>
}

const base = 'manifests/base'
const files = readdirSync(base).filter((file) => !['kustomization.yaml', 'config.yaml'].includes(file))
const read = (file: string): unknown[] =>
  parseAllDocuments(readFileSync(`${base}/${file}`, 'utf8')).map((document) => {
    assert.deepEqual(document.errors, [], file)
    return document.toJS() as unknown
  })
const objects = files.flatMap(read) as Manifest[]
const [kustomization] = read('kustomization.yaml') as {
  resources: string[]
  configMapGenerator: { name: string }[]
}[]
const one = (kind: string): Manifest & { readonly spec: Spec } => {
  const [object, ...more] = objects.filter((candidate) => candidate.kind === kind)
  assert.ok(object !== undefined && more.length === 0, kind)
  return object as Manifest & { readonly spec: Spec }
}

test('the kustomization names every file', () => {
  assert.deepEqual(kustomization?.resources.toSorted(), files.toSorted())
})

test('the cluster role is what the controller needs, verb for verb', () => {
  const granted = (one('ClusterRole').rules ?? []).flatMap(({ resources, resourceNames, verbs }) =>
    resources.map(
      (resource) =>
        `${resource}${resourceNames === undefined ? '' : `/${resourceNames.join()}`}: ${verbs.join(' ')}`,
    ),
  )
  assert.deepEqual(granted, [
    'services: get list watch',
    'nodes: get list watch',
    'endpointslices: list watch',
    'pods: list watch',
    'pods/status: patch',
    'services/status: patch update',
    'namespaces/kube-system: get',
    'events: create patch update',
  ])
})

test('no role reaches secrets, anything at all, or more leases than our own', () => {
  const rules = objects.flatMap((object) => object.rules ?? [])
  for (const { resources, verbs, resourceNames } of rules) {
    for (const word of [...resources, ...verbs])
      assert.doesNotMatch(word, /\*|secret|escalate|impersonate|bind/)
    if (resources.includes('leases') && !verbs.includes('create'))
      assert.deepEqual(resourceNames, ['lb-controller'])
  }
  const { config } = loadConfig({ env: {}, flags: {} })
  assert.deepEqual([config?.leaseNamespace, config?.leaseName], ['kube-system', 'lb-controller'])
})

test('no generated name is one that a role names: kustomize would add its hash there', () => {
  const named = objects
    .flatMap((object) => object.rules ?? [])
    .flatMap(({ resourceNames }) => resourceNames ?? [])
  for (const { name } of kustomization?.configMapGenerator ?? []) assert.ok(!named.includes(name), name)
})

test('the pods are two, apart, probed, unprivileged and read-only', () => {
  const { replicas, template } = one('Deployment').spec
  const { containers, securityContext, topologySpreadConstraints, enableServiceLinks } = template.spec
  assert.equal(replicas, 2)
  assert.equal(topologySpreadConstraints.length, 2)
  assert.equal(enableServiceLinks, false)
  assert.equal(securityContext.runAsNonRoot, true)
  assert.equal(securityContext.seccompProfile.type, 'RuntimeDefault')
  for (const container of containers) {
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    assert.equal(container.livenessProbe.httpGet.path, '/healthz')
    assert.equal(container.readinessProbe.httpGet.path, '/readyz')
    assert.ok(container.resources.requests.memory !== '' && container.resources.limits.memory !== '')
  }
  assert.equal(one('PodDisruptionBudget').spec.maxUnavailable, 1)
})

test('the port of the probes is the one that the controller listens on', () => {
  const text = readFileSync(`${base}/config.yaml`, 'utf8')
  const { config, problems } = loadConfig({ file: { place: 'config.yaml', text }, env: {}, flags: {} })
  assert.deepEqual(problems, [])
  const [container] = one('Deployment').spec.template.spec.containers
  assert.equal(config?.httpAddress, `:${String(container?.ports[0]?.containerPort)}`)
})

test('the IAM policy allows the calls that the provider makes, and no other', () => {
  const policy = JSON.parse(readFileSync('manifests/aws/iam-policy.json', 'utf8')) as {
    Statement: { Effect: string; Action: string[] }[]
  }
  const allowed = policy.Statement.flatMap(({ Action }) => Action)
  const needed = new Set(Object.values(actions).flatMap(({ iam }) => iam))
  assert.deepEqual(allowed.toSorted(), [...needed].toSorted())
  for (const { Effect } of policy.Statement) assert.equal(Effect, 'Allow')
})
