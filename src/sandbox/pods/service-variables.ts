import type { ServiceObject } from '../../model/objects.ts'

/** `MY_NGINX` of `my-nginx`. */
const shouted = (name: string): string => name.toUpperCase().replaceAll('-', '_')

/**
 * What a pod is told of the Services that exist when it begins: `NAME_SERVICE_HOST` and `NAME_SERVICE_PORT`, and the
 * older form of Docker's links. Without links only the API server is told.
 */
export function serviceVariables(
  services: readonly ServiceObject[],
  namespace: string,
  links: boolean,
): Readonly<Record<string, string>> {
  const own = services.filter(
    (service) => links && !isMaster(service) && (service.metadata.namespace ?? 'default') === namespace,
  )
  return Object.fromEntries([...services.filter(isMaster), ...own].flatMap(variablesOf))
}

const isMaster = ({ metadata }: ServiceObject): boolean =>
  metadata.name === 'kubernetes' && (metadata.namespace ?? 'default') === 'default'

function variablesOf({ metadata, spec = {} }: ServiceObject): readonly (readonly [string, string])[] {
  const { clusterIP = '', ports = [] } = spec
  const [first] = ports
  if (clusterIP === '' || clusterIP === 'None' || first === undefined) return []
  const name = shouted(metadata.name)
  const host = clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP
  return [
    [`${name}_SERVICE_HOST`, clusterIP],
    [`${name}_SERVICE_PORT`, String(first.port)],
    ...ports.flatMap((port): (readonly [string, string])[] =>
      port.name ? [[`${name}_SERVICE_PORT_${shouted(port.name)}`, String(port.port)]] : [],
    ),
    ...ports.flatMap(({ protocol = 'TCP', port }, at): (readonly [string, string])[] => {
      const url = `${protocol.toLowerCase()}://${host}:${port}`
      const prefix = `${name}_PORT_${port}_${protocol}`
      return [
        ...(at === 0 ? [[`${name}_PORT`, url] as const] : []),
        [prefix, url],
        [`${prefix}_PROTO`, protocol.toLowerCase()],
        [`${prefix}_PORT`, String(port)],
        [`${prefix}_ADDR`, clusterIP],
      ]
    }),
  ]
}
