import * as v from 'valibot'
import type { ManifestKind } from './read-manifests.ts'
import { list, named, problemsOf, text } from './shape.ts'

/* What has to hold before the node proxy's table can be made of an object of a file. The table judges the rest. */
const number = v.pipe(v.number('a whole number'), v.integer('a whole number'))
const flag = v.optional(v.boolean('true or false'))
const texts = v.optional(list(text))
const map = <Fields extends v.ObjectEntries>(fields: Fields) => v.looseObject(fields, 'a map')

const service = v.looseObject({
  ...named.entries,
  spec: v.optional(
    map({
      type: v.optional(text),
      clusterIP: v.optional(text),
      clusterIPs: texts,
      externalIPs: texts,
      loadBalancerSourceRanges: texts,
      ports: v.optional(
        list(
          map({
            port: number,
            name: v.optional(text),
            protocol: v.optional(text),
            nodePort: v.optional(number),
          }),
        ),
      ),
      healthCheckNodePort: v.optional(number),
    }),
  ),
  status: v.optional(
    map({
      loadBalancer: v.optional(
        map({ ingress: v.optional(list(map({ ip: v.optional(text), ipMode: v.optional(text) }))) }),
      ),
    }),
  ),
})

const hints = map({
  forZones: v.optional(list(map({ name: text }))),
  forNodes: v.optional(list(map({ name: text }))),
})

const slice = v.looseObject({
  ...named.entries,
  addressType: text,
  endpoints: v.optional(
    list(
      map({
        addresses: list(text),
        conditions: v.optional(map({ ready: flag, serving: flag, terminating: flag })),
        nodeName: v.optional(text),
        zone: v.optional(text),
        hints: v.optional(hints),
      }),
    ),
  ),
  ports: v.optional(
    list(map({ name: v.optional(text), port: v.optional(number), protocol: v.optional(text) })),
  ),
})

const serviceCidr = v.looseObject({ ...named.entries, spec: v.optional(map({ cidrs: texts })) })

/** The kinds that a table is made of, beside Nodes. */
export const proxyKinds = {
  Service: { version: 'v1', problems: (object) => problemsOf(service, object) },
  EndpointSlice: { version: 'discovery.k8s.io/v1', problems: (object) => problemsOf(slice, object) },
  ServiceCIDR: { version: 'networking.k8s.io/v1', problems: (object) => problemsOf(serviceCidr, object) },
} satisfies Readonly<Record<string, ManifestKind>>
