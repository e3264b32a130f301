import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { loadNodeProxyConfig } from '../../src/config/load-node-proxy.ts'
import { nodeProxyTable } from '../../src/config/node-proxy-settings.ts'
import { variableOf } from '../../src/config/setting-table.ts'
import { nodeProxyPermissions } from '../../src/kube/node-proxy-permissions.ts'

const base = 'manifests/node-proxy'
const read = <T>(file: string): T[] =>
  parseAllDocuments(readFileSync(join(base, file), 'utf8')).map((document) => {
    assert.deepEqual(document.errors, [], file)
    return document.toJS() as T
  })

interface Role {
  readonly kind: string
  readonly rules?: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }[]
}

interface Container {
  readonly image: string
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string }[]
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly resources: Readonly<Record<'requests' | 'limits', { readonly memory: string }>>
  readonly securityContext: Readonly<Record<string, unknown>>
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: number }
}

interface DaemonSet {
  readonly spec: {
    readonly updateStrategy: { readonly type: string }
    readonly template: {
      readonly spec: {
        readonly containers: readonly Container[]
        readonly hostNetwork: boolean
        readonly priorityClassName: string
        readonly tolerations: readonly unknown[]
        readonly enableServiceLinks: boolean
      }
    }
  }
}

const configured = () =>
  loadNodeProxyConfig({
    file: { place: 'config.yaml', text: readFileSync(join(base, 'config.yaml'), 'utf8') },
    env: {},
    flags: {},
  })

test('the kustomization of the node proxy names every file', () => {
  const [kustomization] = read<{ resources: string[]; images: { name: string }[] }>('kustomization.yaml')
  const files = readdirSync(base).filter(
    (file) => !['kustomization.yaml', 'config.yaml', 'components'].includes(file),
  )
  assert.deepEqual(kustomization?.resources.toSorted(), files.toSorted())
})

test('the cluster role of the node proxy is what it needs, verb for verb', () => {
  const granted = read<Role>('cluster-role.yaml')
    .flatMap(({ rules = [] }) => rules)
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource }))),
      ),
    )
  assert.deepEqual(granted, nodeProxyPermissions)
})

test('the pods of the node proxy are on every node, probed, read-only, and may do no more than NET_ADMIN', () => {
  const [daemonSet] = read<DaemonSet>('daemon-set.yaml')
  assert.equal(daemonSet?.spec.updateStrategy.type, 'RollingUpdate')
  const { spec } = daemonSet.spec.template
  assert.equal(spec.hostNetwork, true)
  assert.equal(spec.priorityClassName, 'system-node-critical')
  assert.deepEqual(spec.tolerations, [{ operator: 'Exists' }])
  assert.equal(spec.enableServiceLinks, false)
  const [container, ...more] = spec.containers
  assert.deepEqual(more, [])
  assert.deepEqual(container?.securityContext, {
    runAsUser: 0,
    runAsGroup: 0,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
  })
  assert.ok(container.resources.requests.memory !== '' && container.resources.limits.memory !== '')
})

test('the probes of the node proxy ask where it answers, and only the liveness probe ignores that a node is drained', () => {
  const [daemonSet] = read<DaemonSet>('daemon-set.yaml')
  const { config, problems } = configured()
  assert.deepEqual(problems, [])
  const [container] = daemonSet?.spec.template.spec.containers ?? []
  assert.equal(container?.livenessProbe.httpGet.path, '/livez')
  assert.equal(container.readinessProbe.httpGet.path, '/healthz')
  for (const { httpGet } of [container.livenessProbe, container.readinessProbe])
    assert.equal(config?.healthAddress, `:${httpGet.port}`)
})

test('every variable that the manifests of the node proxy set is a setting', () => {
  const known = new Set([...nodeProxyTable.settings.keys()].map((path) => variableOf(path, nodeProxyTable)))
  const text = readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(join(base, file), 'utf8'))
    .join('\n')
  const named = [...text.matchAll(/name: (LB_CONTROLLER_\w+)/g)].map(([, name]) => name ?? '')
  assert.ok(named.length > 0)
  assert.deepEqual(
    named.filter((name) => !known.has(name)),
    [],
  )
})

test('the components patch what is there', () => {
  for (const component of readdirSync(join(base, 'components'))) {
    const folder = join(base, 'components', component)
    const [kustomization] = parseAllDocuments(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')).map(
      (document) =>
        document.toJS() as {
          kind: string
          patches: { path?: string; target?: { name: string }; patch?: string }[]
        },
    )
    assert.equal(kustomization?.kind, 'Component')
    for (const { path, target } of kustomization.patches) {
      if (path !== undefined) assert.ok(existsSync(join(folder, path)), path)
      if (target !== undefined) assert.equal(target.name, 'lb-controller-node-proxy')
    }
  }
})
