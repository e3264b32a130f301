/** Services of a small shop, one in each state that a Service may be in. `now`: ms since the epoch. */
import type { PastStep } from '../../src/page/source.ts'
import { condition, PageStory, pathOf, serviceOf, type Told } from './page-story.ts'

const minute = 60_000
const synced = 'everything that was asked for is in place'

export function shopStory(now: number): PageStory {
  const story = new PageStory()
  for (const told of [...serving(now), ...troubled(now), ...inside(now)]) story.put(told)
  return story
}

const step = (
  at: number,
  action: PastStep['action'],
  kind: string,
  key: string,
  why: string,
  outcome = 'done',
): PastStep => ({ at, ms: 4, action, kind, key, why, outcome })

const serving = (now: number): readonly Told[] => [
  {
    service: serviceOf({
      key: 'shop/web',
      address: '127.17.240.1',
      created: now - 42 * minute,
      ports: [
        { name: 'http', port: 80, targetPort: 8080, nodePort: 30_080 },
        { name: 'https', port: 443, targetPort: 8443, nodePort: 30_443 },
      ],
      condition: condition('True', 'Synced', synced, now - 41 * minute),
    }),
    path: pathOf({ address: '127.17.240.1', ports: [80, 443], pods: [2, 1, 2], waiting: 1, sick: [3] }),
    report: {
      converged: false,
      objects: [
        { kind: 'address', key: 'main', id: 'address-4c1d', state: 'ready' },
        { kind: 'listener', key: '80/TCP', id: 'listener-92aa', state: 'ready' },
        { kind: 'listener', key: '443/TCP', id: 'listener-1f07', state: 'ready' },
      ],
      steps: [
        {
          id: 's1',
          action: 'update',
          stack: 'uid',
          kind: 'listener',
          key: '80/TCP',
          why: 'node-3 is not ready any more, so it takes no new connections',
          needs: [],
          owners: [],
          hold: { for: 'the 7 open connections to node-3 to end, 25 s at most', recheckMs: 5_000 },
        },
      ],
      nextMs: 5_000,
    },
    steps: [
      step(
        now - 20_000,
        'update',
        'listener',
        '443/TCP',
        'node-3 is not ready any more, so it takes no new connections',
      ),
      step(
        now - 41 * minute,
        'create',
        'listener',
        '443/TCP',
        'shop/web asks for it: TCP port 443, passed on to node port 30443',
      ),
      step(
        now - 41 * minute - 30,
        'create',
        'listener',
        '80/TCP',
        'shop/web asks for it: TCP port 80, passed on to node port 30080',
      ),
      step(
        now - 41 * minute - 60,
        'create',
        'address',
        'main',
        'shop/web asks for it: where clients connect',
      ),
    ],
    events: [
      {
        at: now - 20_000,
        reason: 'UpdatedLoadBalancer',
        message: 'Updated load balancer with new hosts',
        severity: 'Normal',
      },
      {
        at: now - 41 * minute,
        reason: 'EnsuredLoadBalancer',
        message: 'Ensured load balancer',
        severity: 'Normal',
      },
      {
        at: now - 41 * minute - 80,
        reason: 'EnsuringLoadBalancer',
        message: 'Ensuring load balancer',
        severity: 'Normal',
      },
    ],
  },
  {
    service: serviceOf({
      key: 'shop/api',
      address: '127.17.240.2',
      created: now - 40 * minute,
      policy: 'Local',
      ports: [{ port: 8080, nodePort: 30_180 }],
      condition: condition('True', 'Synced', synced, now - 39 * minute),
    }),
    path: {
      ...pathOf({ address: '127.17.240.2', ports: [8080], pods: [0, 2], sick: [1, 3], name: 'api' }),
    },
    report: { objects: [{ kind: 'address', key: 'main', id: 'address-77e2', state: 'ready' }] },
  },
  {
    service: serviceOf({
      key: 'games/matchmaker',
      address: '127.17.240.5',
      created: now - 12 * minute,
      ports: [{ port: 7777, protocol: 'UDP', nodePort: 30_777 }],
      condition: condition('True', 'Synced', synced, now - 12 * minute),
    }),
    path: pathOf({ address: '127.17.240.5', ports: [7777], pods: [40, 60, 55], waiting: 9, name: 'match' }),
    report: {},
  },
]

const troubled = (now: number): readonly Told[] => [
  {
    service: serviceOf({
      key: 'shop/checkout',
      created: now - 3 * minute,
      condition: condition('False', 'Progressing', 'waiting: address main to be ready', now - 2_000),
    }),
    path: { listeners: [], nodes: pathOf({ address: '', pods: [] }).nodes, pods: [] },
    report: {
      converged: false,
      steps: [
        {
          id: 'a',
          action: 'create',
          stack: 'uid',
          kind: 'address',
          key: 'main',
          why: 'shop/checkout asks for it: where clients connect',
          needs: [],
          owners: [],
        },
        {
          id: 'b',
          action: 'create',
          stack: 'uid',
          kind: 'listener',
          key: '80/TCP',
          why: 'shop/checkout asks for it: TCP port 80, passed on to node port 30080',
          needs: ['a'],
          owners: [],
          hold: { for: 'address main to be ready', recheckMs: 1_000 },
        },
      ],
    },
  },
  {
    service: serviceOf({
      key: 'shop/ledger',
      created: now - 9 * minute,
      condition: condition(
        'False',
        'LB_SOURCE_RANGE_INVALID',
        'LB_SOURCE_RANGE_INVALID at spec.loadBalancerSourceRanges[1]: 10.0.0.0/33 is no range',
        now - 9 * minute,
      ),
    }),
    report: {
      converged: false,
      problems: [
        {
          code: 'LB_SOURCE_RANGE_INVALID',
          severity: 'error',
          path: 'spec.loadBalancerSourceRanges[1]',
          message: '10.0.0.0/33 is no range: the part behind the slash is 0 to 32',
          accepted: 'a range such as 10.0.0.0/8 or 2001:db8::/32',
          hint: 'mend the range; until then nobody is let in who was not before',
        },
      ],
    },
    events: [
      {
        at: now - 9 * minute,
        reason: 'SyncLoadBalancerFailed',
        message: 'Error syncing load balancer: failed to ensure load balancer: LB_SOURCE_RANGE_INVALID',
        severity: 'Warning',
      },
    ],
  },
  {
    service: serviceOf({
      key: 'legacy/ftp',
      address: '127.17.240.9',
      created: now - 90 * minute,
      leaving: true,
      ports: [{ port: 21, nodePort: 30_021 }],
      condition: condition(
        'False',
        'Deleting',
        'removing cloud objects waits: 3 open connections to end',
        now,
      ),
    }),
    path: pathOf({ address: '127.17.240.9', ports: [21], pods: [1] }),
    report: { state: 'leaving', converged: false },
  },
]

const inside = (now: number): readonly Told[] => [
  {
    service: serviceOf({
      key: 'default/kubernetes',
      type: 'ClusterIP',
      clusterIP: '127.17.192.1',
      ports: [{ name: 'https', port: 443, targetPort: 6443 }],
      created: now - 90 * minute,
    }),
  },
  {
    service: serviceOf({
      key: 'kube-system/kube-dns',
      type: 'ClusterIP',
      clusterIP: '127.17.192.10',
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53 },
      ],
      created: now - 90 * minute,
    }),
  },
]

/** `count` Services of five pods each. */
export function crowdStory(count: number, now: number): PageStory {
  const story = new PageStory()
  for (let at = 0; at < count; at++) {
    const key = `team-${1 + Math.floor(at / 25)}/service-${at + 1}`
    const address = `127.17.240.${1 + (at % 250)}`
    story.put({
      service: serviceOf({ key, address, created: now, condition: condition('True', 'Synced', synced, now) }),
      path: pathOf({ address, pods: [2, 2, 1], name: `service-${at + 1}` }),
      report: {},
    })
  }
  return story
}
