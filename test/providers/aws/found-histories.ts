import type { Found } from './history-suite.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

/** The shortest ones that chance found, with what went wrong in them. */
export const found: readonly Found[] = [
  {
    what: 'the shared group went with its last user, though that user left just after a restart',
    open: true,
    end: 'nothing left',
    acts: [{ does: 'apply', service: 0, classy: true }, { does: 'pass', seconds: 0 }, { does: 'kill' }],
  },
  {
    what: 'an address stays while every port of its Service is another one',
    open: true,
    end: 'as new',
    acts: [
      { does: 'ports', service: 1, two: false, same: true, from: 30_000 },
      { does: 'key', service: 0, key: key('proxy-protocol'), value: '*' },
      { does: 'pass', seconds: 0 },
    ],
  },
]
