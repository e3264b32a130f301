import { duplicate, invalidValue, required } from '../cause.ts'
import type { Cause } from '../fault.ts'
import { dns1123Label } from '../naming.ts'
import type { Container, PodSpec } from '../workload-objects.ts'

type Volumes = NonNullable<PodSpec['volumes']>

/** The rules for the volumes of a pod, which become folders by their names. */
export function checkVolumes(volumes: Volumes, field: string): Cause[] {
  const names = volumes.map(({ name }) => name)
  return names.flatMap((name, at) => {
    const here = `${field}[${at}].name`
    if (!name) return [required(here)]
    if (names.indexOf(name) < at) return [duplicate(here, name)]
    return dns1123Label(name).map((text) => invalidValue(here, name, text))
  })
}

/** The rules for where a container finds them. */
export function checkMounts(
  { volumeMounts = [] }: Pick<Container, 'volumeMounts'>,
  volumes: Volumes,
  field: string,
): Cause[] {
  const paths = volumeMounts.map(({ mountPath }) => mountPath)
  return volumeMounts.flatMap(({ name, mountPath, subPath = '' }, at) => {
    const here = `${field}[${at}]`
    return [
      ...(name ? [] : [required(`${here}.name`)]),
      ...(!name || volumes.some((one) => one.name === name)
        ? []
        : [
            {
              reason: 'FieldValueNotFound',
              message: `Not found: ${JSON.stringify(name)}`,
              field: `${here}.name`,
            } as const,
          ]),
      ...(mountPath ? [] : [required(`${here}.mountPath`)]),
      ...(mountPath && paths.indexOf(mountPath) < at
        ? [invalidValue(`${here}.mountPath`, mountPath, 'must be unique')]
        : []),
      ...(subPath.startsWith('/')
        ? [invalidValue(`${here}.subPath`, subPath, 'must be a relative path')]
        : []),
      ...(subPath.split('/').includes('..')
        ? [invalidValue(`${here}.subPath`, subPath, "must not contain '..'")]
        : []),
    ]
  })
}

/** The rules for the names of variables. */
export const checkVariables = ({ env = [] }: Pick<Container, 'env'>, field: string): Cause[] =>
  env.flatMap(({ name }, at) => {
    const here = `${field}[${at}].name`
    if (!name) return [required(here)]
    return /^[ -<>-~]+$/.test(name)
      ? []
      : [
          invalidValue(
            here,
            name,
            "a valid environment variable name must consist only of printable ASCII characters other than '='",
          ),
        ]
  })
