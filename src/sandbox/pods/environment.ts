import { fail, ok, type Result } from '../../lib/result.ts'
import type { ConfigSource, Entries } from './config-source.ts'
import { fieldValue, resourceValue, type PodSelf } from './fields.ts'
import type { Container, EnvSource, EnvVariable } from './objects.ts'

type Variables = Readonly<Record<string, string>>

const variableName = /^[A-Za-z_.-][A-Za-z0-9_.-]*$/

/**
 * The variables that a container's spec asks for, over those of the Services. `$(NAME)` stands for what came before, and
 * `$$(NAME)` for itself. Fails with what a kubelet says of a missing source.
 */
export function environment(
  self: PodSelf,
  container: Container,
  services: Variables,
  sources: ConfigSource,
): Result<Variables, string> {
  const { namespace = 'default' } = self.pod.metadata
  const found: Record<string, string> = {}
  for (const source of container.envFrom ?? []) {
    const taken = fromSource(source, namespace, sources)
    if (!taken.ok) return taken
    Object.assign(found, taken.value)
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, self, container, sources)
    if (!value.ok) return value
    if (value.value !== undefined) found[variable.name] = expand(value.value, { ...services, ...found })
  }
  return ok({ ...services, ...found })
}

/** As in a container's `command`, `args` and `env`. Names that nobody set stay as they stand. */
export const expand = (text: string, variables: Variables): string =>
  text.replaceAll(/\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : ((Object.hasOwn(variables, name) ? variables[name] : undefined) ?? whole),
  )

function fromSource(
  { prefix = '', configMapRef, secretRef }: EnvSource,
  namespace: string,
  sources: ConfigSource,
): Result<Variables, string> {
  const ref = configMapRef ?? secretRef ?? {}
  const { name = '' } = ref
  const kind = configMapRef === undefined ? 'secret' : 'configmap'
  const entries = kind === 'secret' ? sources.secret(namespace, name) : sources.configMap(namespace, name)
  if (entries === undefined) return ref.optional === true ? ok({}) : fail(`${kind} "${name}" not found`)
  const pairs = [...entries].map(([key, value]) => [prefix + key, String(value)] as const)
  return ok(Object.fromEntries(pairs.filter(([key]) => variableName.test(key))))
}

function valueOf(
  { value = '', valueFrom }: EnvVariable,
  self: PodSelf,
  { name: container }: Container,
  sources: ConfigSource,
): Result<string | undefined, string> {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom ?? {}
  const { namespace = 'default' } = self.pod.metadata
  if (configMapKeyRef !== undefined)
    return keyOf(
      sources.configMap(namespace, configMapKeyRef.name ?? ''),
      'ConfigMap',
      namespace,
      configMapKeyRef,
    )
  if (secretKeyRef !== undefined)
    return keyOf(sources.secret(namespace, secretKeyRef.name ?? ''), 'Secret', namespace, secretKeyRef)
  if (fieldRef !== undefined) {
    const found = fieldValue(self, fieldRef.fieldPath)
    return found === undefined ? fail(`field label not supported: ${fieldRef.fieldPath}`) : ok(found)
  }
  if (resourceFieldRef !== undefined) {
    const found = resourceValue(self.pod.spec?.containers ?? [], container, resourceFieldRef)
    return found === undefined
      ? fail(`unsupported container resource: ${resourceFieldRef.resource}`)
      : ok(found)
  }
  return ok(value)
}

function keyOf(
  entries: Entries | undefined,
  kind: 'ConfigMap' | 'Secret',
  namespace: string,
  { name = '', key, optional }: { readonly name?: string; readonly key: string; readonly optional?: boolean },
): Result<string | undefined, string> {
  const value = entries?.get(key)
  if (value !== undefined) return ok(String(value))
  if (optional === true) return ok(undefined)
  return fail(
    entries === undefined
      ? `${kind.toLowerCase()} "${name}" not found`
      : `couldn't find key ${key} in ${kind} ${namespace}/${name}`,
  )
}
