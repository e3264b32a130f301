import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { permissions, type Permission } from '../../src/kube/permissions.ts'

interface Role {
  readonly kind: string
  readonly rules?: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly resourceNames?: readonly string[]
    readonly verbs: readonly string[]
  }[]
}

const inFile = (name: string, more: Partial<Permission>): readonly Permission[] =>
  parseAllDocuments(readFileSync(new URL(`../../manifests/base/${name}`, import.meta.url), 'utf8'))
    .map((one) => one.toJS() as Role)
    .flatMap(({ rules = [] }) => rules)
    .flatMap(({ apiGroups, resources, resourceNames = [undefined], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          resourceNames.flatMap((name) =>
            verbs.map((verb) => ({
              verb,
              group,
              resource,
              ...more,
              ...(name === undefined ? {} : { name }),
            })),
          ),
        ),
      ),
    )

const lines = (all: readonly Permission[]): readonly string[] =>
  all
    .map(({ verb, group, resource, in: where, name }) => [verb, group, resource, where, name].join(' '))
    .toSorted()

test('what doctor asks for is what manifests/base grants', () => {
  const granted = [
    ...inFile('cluster-role.yaml', {}),
    ...inFile('role.yaml', { in: 'lease' }).map((one) =>
      one.name === 'lb-controller' ? { ...one, name: 'lease' } : one,
    ),
  ]
  assert.deepEqual(lines(permissions), lines(granted))
})
