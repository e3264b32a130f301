import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedAnnotation, claim, type ClaimContext, finalizer } from '../../src/model/claim.ts'
import type { ServiceObject } from '../../src/model/objects.ts'

const theirs = 'service.k8s.aws/resources'
const nobody: ClaimContext = { adopt: false, ownsObjects: false, foreignFinalizers: [theirs] }

interface Row {
  readonly name: string
  readonly type?: string
  readonly class?: string
  readonly marked?: true
  readonly finalizers?: readonly string[]
  readonly deleting?: true
  readonly address?: string
  readonly context?: Partial<ClaimContext>
  readonly is: 'ours' | 'not-ours' | 'release'
  readonly foreign?: RegExp
  readonly why?: RegExp
}

const owns = { ownsObjects: true }
const ourClass = { loadBalancerClass: 'lb-controller.io/nlb' }

const rows: readonly Row[] = [
  { name: 'new, without a class', is: 'ours' },
  { name: 'new, with an empty class', class: '', is: 'ours' },
  {
    name: 'new, with our class',
    class: 'lb-controller.io/nlb',
    context: ourClass,
    is: 'ours',
    why: /is ours/,
  },
  { name: 'new, without a class, and we have one', context: ourClass, is: 'ours' },
  {
    name: "new, with another's class",
    class: 'service.k8s.aws/nlb',
    is: 'not-ours',
    why: /service\.k8s\.aws\/nlb/,
  },
  {
    name: "new, with another's class, and we have one",
    class: 'service.k8s.aws/nlb',
    context: ourClass,
    is: 'not-ours',
  },
  { name: 'a class is compared whole', class: 'lb-controller.io/nlb2', context: ourClass, is: 'not-ours' },
  { name: 'claimed, nothing made yet', marked: true, finalizers: [finalizer], is: 'ours' },
  {
    name: 'claimed and made',
    marked: true,
    finalizers: [finalizer],
    address: 'a.example',
    context: owns,
    is: 'ours',
  },
  {
    name: 'mark lost, objects there',
    finalizers: [finalizer],
    address: 'a.example',
    context: owns,
    is: 'ours',
  },
  { name: 'mark and finalizer lost, objects there', context: owns, is: 'ours' },
  { name: 'status cleared by somebody', marked: true, finalizers: [finalizer], context: owns, is: 'ours' },
  {
    name: 'ours, and another finalizer appears',
    marked: true,
    finalizers: [finalizer, theirs],
    context: owns,
    is: 'ours',
  },

  {
    name: "another controller's finalizer",
    finalizers: [theirs],
    is: 'not-ours',
    foreign: /service\.k8s\.aws/,
  },
  {
    name: 'the shared finalizer, not by us',
    finalizers: [finalizer],
    is: 'not-ours',
    foreign: /load-balancer-cleanup/,
  },
  { name: 'an address, not by us', address: 'old.example', is: 'not-ours', foreign: /old\.example/ },
  {
    name: 'the finalizer of a tool that makes no load balancers',
    finalizers: ['foregroundDeletion'],
    is: 'ours',
  },
  {
    name: 'adopt: another finalizer',
    finalizers: [theirs],
    context: { adopt: true },
    is: 'ours',
    why: /taken over/,
  },
  { name: 'adopt: the shared finalizer', finalizers: [finalizer], context: { adopt: true }, is: 'ours' },
  { name: 'adopt: an address', address: 'old.example', context: { adopt: true }, is: 'ours' },
  {
    name: "adopt never takes another's class",
    class: 'service.k8s.aws/nlb',
    context: { adopt: true },
    is: 'not-ours',
  },
  {
    name: 'our class outranks what another left',
    class: 'lb-controller.io/nlb',
    finalizers: [theirs],
    context: ourClass,
    is: 'ours',
  },

  {
    name: 'deleted while ours',
    marked: true,
    finalizers: [finalizer],
    deleting: true,
    context: owns,
    is: 'release',
  },
  {
    name: 'deleted before anything was made (k/k #53451)',
    marked: true,
    finalizers: [finalizer],
    deleting: true,
    is: 'release',
  },
  {
    name: 'deleted, mark lost, objects there',
    finalizers: [finalizer],
    deleting: true,
    context: owns,
    is: 'release',
  },
  { name: 'deleted, never ours', finalizers: ['x/y'], deleting: true, is: 'not-ours' },
  {
    name: "deleted, another's or a gone controller's finalizer (k/k #104618)",
    finalizers: [finalizer],
    deleting: true,
    is: 'not-ours',
    foreign: /not by us/,
  },
  {
    name: 'deleted and of another type (k/k #78954)',
    type: 'ClusterIP',
    marked: true,
    finalizers: [finalizer],
    deleting: true,
    is: 'release',
  },
  {
    name: 'deleted, with our class',
    class: 'lb-controller.io/nlb',
    marked: true,
    deleting: true,
    context: ourClass,
    is: 'release',
  },

  {
    name: 'became ClusterIP (k/k #78954)',
    type: 'ClusterIP',
    marked: true,
    finalizers: [finalizer],
    is: 'release',
  },
  {
    name: 'became NodePort, mark lost',
    type: 'NodePort',
    finalizers: [finalizer],
    context: owns,
    is: 'release',
  },
  {
    name: 'became NodePort, stale ingress (k/k #23583)',
    type: 'NodePort',
    marked: true,
    address: 'a.example',
    is: 'release',
  },
  {
    name: "became another class's",
    class: 'service.k8s.aws/nlb',
    marked: true,
    finalizers: [finalizer],
    context: owns,
    is: 'release',
  },
  { name: 'ClusterIP that was never ours', type: 'ClusterIP', is: 'not-ours' },
  { name: 'NodePort that was never ours', type: 'NodePort', is: 'not-ours' },
  {
    name: "NodePort that was another's",
    type: 'NodePort',
    finalizers: [finalizer],
    is: 'not-ours',
    foreign: /not by us/,
  },
  { name: 'ExternalName', type: 'ExternalName', is: 'not-ours' },
]

const built = (row: Row): ServiceObject => ({
  metadata: {
    name: 'edge',
    finalizers: row.finalizers ?? [],
    ...(row.marked === undefined ? {} : { annotations: { [acceptedAnnotation]: '{}' } }),
    ...(row.deleting === undefined ? {} : { deletionTimestamp: '2026-01-01T00:00:00Z' }),
  },
  spec: {
    type: row.type ?? 'LoadBalancer',
    ...(row.class === undefined ? {} : { loadBalancerClass: row.class }),
  },
  status: { loadBalancer: row.address === undefined ? {} : { ingress: [{ hostname: row.address }] } },
})

for (const row of rows)
  test(`claim: ${row.name}`, () => {
    const verdict = claim(built(row), { ...nobody, ...row.context })
    assert.equal(verdict.is, row.is, verdict.why)
    const foreign = 'foreign' in verdict ? verdict.foreign : undefined
    if (row.foreign === undefined) assert.equal(foreign, undefined)
    else assert.match(foreign ?? '', row.foreign)
    assert.match(verdict.why, row.why ?? /./)
  })

test('claim: no type is ClusterIP', () => {
  assert.equal(claim({ metadata: { name: 'edge' } }, nobody).is, 'not-ours')
})
