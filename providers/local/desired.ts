/**
 * One Service on the local balancer, for a Service with port 443:
 *
 *   address      address               out of a pool; of a group where several Services share it
 *   listener     address/tcp/443       on it, with every node as a target on the NodePort
 *   certificate  shop/web-tls/3f2a...  where the listener ends TLS
 */
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { hasError, type Problem } from '../../src/model/problem.ts'
import { type Identity, ref, type Resource } from '../../src/plan/resource.ts'
import type { Context, Desired } from '../../src/provider/blueprint.ts'
import { settingsFor } from './annotations.ts'
import { certificateFor } from './certificates.ts'
import type { LocalConfig } from './config.ts'
import { desiredListener } from './desired-listener.ts'
import { healthProblems } from './health.ts'
import { objectName } from './names.ts'
import { type Place, placeOf, type PlaceOf } from './place.ts'
import { routeProblems, routesOf } from './routes.ts'
import { servingProblems } from './serving.ts'
import { marksOf } from './tags.ts'

export function desiredFor(lb: LoadBalancer, context: Context, config: LocalConfig): Desired {
  const settings = settingsFor(lb)
  const of: PlaceOf = { settings, context, config }
  const place = placeOf(lb, of)
  const routes = routesOf(lb, settings)
  const certificate = certificateFor(lb, of)
  const problems: readonly Problem[] = [
    ...place.problems,
    ...certificate.problems,
    ...routeProblems(lb, settings),
    ...healthProblems(lb, settings),
    ...servingProblems(lb, place, routes, context),
  ]
  if (hasError(problems)) return { resources: [], problems }
  const address = desiredAddress(lb, place, of)
  const listeners = routes.map((route) =>
    desiredListener({ lb, of, place, address, route, certificate: certificate.resource }),
  )
  const used = routes.some(({ tls }) => tls) ? certificate.resource : undefined
  return { resources: [address, ...(used === undefined ? [] : [used]), ...listeners], problems }
}

export const addressOf = ({ stack, key }: Pick<Place, 'stack' | 'key'>): Identity => ({
  stack,
  kind: 'address',
  key,
})

function desiredAddress(lb: LoadBalancer, place: Place, { settings, context }: PlaceOf): Resource {
  const { stack, key, group } = place
  const { cluster } = context
  const holder = group === undefined ? lb.owner.name : `group ${group}`
  const marks = { cluster, key, group }
  return {
    ...addressOf(place),
    owners: [lb.owner],
    spec: {
      name: objectName({ cluster, stack, key, holder }),
      ...place.spec,
      tags:
        group === undefined
          ? {
              ...settings.tags?.value,
              ...marksOf({ ...marks, owner: { uid: lb.uid, name: lb.owner.name } }),
            }
          : marksOf(marks),
    },
    origins: {
      name: settings.group?.path ?? 'metadata.name',
      ...place.origins,
      ...(group === undefined ? tagOrigins(settings) : {}),
    },
    purpose: group === undefined ? 'the address of the Service' : `the address that group ${group} shares`,
  }
}

export const tagOrigins = ({ tags }: PlaceOf['settings']): Record<string, string> =>
  tags === undefined
    ? {}
    : Object.fromEntries(Object.keys(tags.value).map((key) => [`tags.${key}`, tags.path]))

export const idOf = (of: Identity) => ref(of, 'id')
