import * as fc from 'fast-check'
import type { FamilySettings, Row } from '../../../src/node-proxy/table/row.ts'
import { endpoint, row } from '../userspace/rows.ts'

export const keyOf = (number: number): string => `shop/s${number}:http/x/IPv4`

const arbitraryEndpoints = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 2, max: 9 }), fc.boolean()), {
    maxLength: 5,
    selector: ([host]) => host,
  })
  .map((list) => list.map(([host, local]) => endpoint(`10.200.1.${host}`, 8080, local)))

/** One of few Services, so that histories meet again and again. */
export const arbitraryRow = fc
  .record({
    number: fc.integer({ min: 1, max: 5 }),
    endpoints: arbitraryEndpoints,
    anywhere: fc.boolean(),
    externalLocal: fc.boolean(),
    internalLocal: fc.boolean(),
    balanced: fc.boolean(),
    nodePort: fc.boolean(),
    // As often without as with: `option` answers nothing once in six times, and states without would hardly ever meet.
    affinitySeconds: fc.constantFrom(undefined, undefined, 10, 10_800),
    allowedSources: fc.oneof(
      fc.constant(undefined),
      fc.subarray(['203.0.113.0/24', '198.51.100.7/32', '192.0.2.0/24', '0.0.0.0/0']),
    ),
    protocol: fc.constantFrom('TCP', 'UDP'),
    // Two ports of one Service share their address.
    shared: fc.boolean(),
  })
  .map(
    ({
      number,
      endpoints,
      anywhere,
      balanced,
      nodePort,
      affinitySeconds,
      allowedSources,
      shared,
      ...rest
    }): Row => {
      const { allowedSources: _, affinitySeconds: __, ...base } = row()
      return {
        ...base,
        ...rest,
        key: keyOf(number),
        port: 1000 + number,
        clusterAddress: shared ? '10.96.0.1' : `10.96.0.${number + 10}`,
        cluster: endpoints,
        local: endpoints.filter(({ local }) => local),
        anywhere: anywhere || endpoints.length > 0,
        loadBalancerAddresses: balanced ? [`198.51.100.${number}`] : [],
        ...(nodePort ? { nodePort: 30_000 + number } : {}),
        ...(affinitySeconds === undefined ? {} : { affinitySeconds }),
        ...(allowedSources === undefined ? {} : { allowedSources }),
      }
    },
  )

export const arbitrarySettings = fc.constantFrom<Partial<FamilySettings>>(
  {},
  { pods: { by: 'none' } },
  { masqueradeAll: true },
)

/** What happens between two calls; `refused`: the kernel takes nothing then. */
export const arbitrarySteps = fc.array(
  fc.record({
    put: fc.array(arbitraryRow, { maxLength: 3 }),
    remove: fc.subarray([1, 2, 3, 4, 5]),
    refused: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
)
