import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statusText, type StatusFacts } from '../../src/cli/status-text.ts'

const plain = (_style: unknown, text: string): string => text

const pending: StatusFacts = {
  service: 'shop/edge',
  type: 'LoadBalancer',
  address: undefined,
  nodePorts: [30080],
  claimed: true,
  applied: false,
  ready: false,
  condition: {
    type: 'lb-controller.io/Ready',
    status: 'False',
    reason: 'LB_SUBNETS_NONE',
    message: 'LB_SUBNETS_NONE at spec: no subnet fits',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  },
  events: [
    {
      at: '2026-01-01T00:00:00.000000Z',
      type: 'Warning',
      reason: 'SyncLoadBalancerFailed',
      message: 'no subnet fits',
    },
  ],
  controller: { url: 'http://127.0.0.1:8080', why: 'nothing answers there' },
}

const report: NonNullable<StatusFacts['report']> = {
  service: 'shop/edge',
  provider: 'aws',
  state: 'settled',
  converged: false,
  underWay: [],
  objects: [{ kind: 'load-balancer', key: 'internal', id: 'arn:lb', state: 'ready' }],
  steps: [
    {
      id: 'create target-group 80 @u',
      action: 'create',
      stack: 'u',
      kind: 'target-group',
      key: '80',
      why: 'shop/edge asks for it',
      needs: [],
      owners: [{ uid: 'u', name: 'shop/edge' }],
      hold: { for: 'the cloud refused it (TooManyTargetGroups)', recheckMs: 600_000 },
    },
  ],
  problems: [
    { code: 'LB_CLOUD_QUOTA', severity: 'error', path: 'spec', message: 'no more', hint: 'raise the quota' },
  ],
  nextMs: 12_300,
}

const two =
  'LB_ANNOTATION_TYPO at metadata.annotations["a"]: a is no key that is known here. Hint: did you mean b? | LB_ANNOTATION_BOOLEAN at metadata.annotations["c"]: "yes" is neither true nor false. Hint: did you mean "true"?'
const twice: StatusFacts = {
  ...pending,
  condition: { type: 'lb-controller.io/Ready', status: 'False', reason: 'LB_ANNOTATION_TYPO', message: two },
  events: [
    {
      at: '2026-01-01T00:00:00Z',
      type: 'Warning',
      reason: 'SyncLoadBalancerFailed',
      message: `Error syncing: ${two.slice(0, 100)}…`,
    },
  ],
  report: {
    ...report,
    problems: [
      { code: 'LB_ANNOTATION_TYPO', severity: 'error', path: 'p', message: 'm', hint: 'did you mean b?' },
      {
        code: 'LB_ANNOTATION_BOOLEAN',
        severity: 'error',
        path: 'p',
        message: 'm',
        hint: 'did you mean "true"?',
      },
    ],
  },
}

test('status: two problems are two lines, and nothing is said twice', () => {
  const text = statusText(twice, plain)
  assert.match(text, /^ {2}LB_ANNOTATION_TYPO at .*did you mean b\?$/m)
  assert.match(text, /^ {2}LB_ANNOTATION_BOOLEAN at .*did you mean "true"\?$/m)
  assert.match(text, /SyncLoadBalancerFailed {2}Error syncing: as above$/m)
  assert.equal(text.split('did you mean b?').length, 2)
  assert.doesNotMatch(text, /would unblock it/)
})

const rows: readonly { name: string; facts: StatusFacts; says: readonly (string | RegExp)[] }[] = [
  {
    name: 'pending, and the controller cannot be asked: condition, where to ask, events',
    facts: pending,
    says: [
      'shop/edge  EXTERNAL-IP pending',
      'not ready (LB_SUBNETS_NONE) since 2026-01-01T00:00:00Z\n  LB_SUBNETS_NONE at spec: no subnet fits',
      /http:\/\/127\.0\.0\.1:8080: nothing answers there.*--controller URL/,
      '  2026-01-01T00:00:00  Warning  SyncLoadBalancerFailed  no subnet fits',
    ],
  },
  {
    name: 'with the plan: what exists, what waits, what would unblock it, when it is tried again',
    facts: { ...pending, controller: { url: 'http://127.0.0.1:8080' }, report },
    says: [
      '  load balancer internal  arn:lb',
      '+ target group 80',
      'the cloud refused it (TooManyTargetGroups)',
      'would unblock it: raise the quota',
      'looked at again in 13 s',
    ],
  },
  {
    name: 'another instance leads',
    facts: { ...pending, controller: { url: 'http://x', why: 'it does not lead', leader: 'other-1' } },
    says: ['other-1 leads'],
  },
  {
    name: 'a NodePort Service has none and is reachable at its nodes',
    facts: { ...pending, type: 'NodePort', ready: true, condition: undefined },
    says: ['shop/edge  is of type NodePort: it has no load balancer; reachable at <node>:30080'],
  },
  {
    name: 'no controller has claimed it',
    facts: { ...pending, claimed: false, condition: undefined },
    says: ['no controller of ours has claimed it: is one running, and does spec.loadBalancerClass name it?'],
  },
]

for (const { name, facts, says } of rows) {
  test(`status: ${name}`, () => {
    const text = statusText(facts, plain)
    for (const part of says) {
      if (typeof part === 'string') assert.ok(text.includes(part), `${part}\n--- in\n${text}`)
      else assert.match(text, part)
    }
  })
}
