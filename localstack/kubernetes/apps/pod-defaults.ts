import { isObject } from '../../../src/lib/json.ts'

/** What the API server fills into a pod's spec, wherever it stands: in a pod or in a template. */
type Fields = Record<string, unknown>

const items = (value: unknown): readonly Fields[] => (Array.isArray(value) ? (value as Fields[]) : [])

/** Images are pulled each time where nothing says which one it will be. */
function pullPolicyOf(image: unknown): string {
  const name = typeof image === 'string' ? (image.split('/').at(-1) ?? '') : ''
  if (name.includes('@')) return 'IfNotPresent'
  const tag = name.split(':')[1] ?? 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function defaultProbe(probe: unknown): void {
  if (!isObject(probe)) return
  const fields = probe as Fields
  fields['timeoutSeconds'] ??= 1
  fields['periodSeconds'] ??= 10
  fields['successThreshold'] ??= 1
  fields['failureThreshold'] ??= 3
  const get = fields['httpGet']
  if (!isObject(get)) return
  const request = get as Fields
  request['path'] ??= '/'
  request['scheme'] ??= 'HTTP'
}

function defaultContainer(container: Fields): void {
  container['imagePullPolicy'] ??= pullPolicyOf(container['image'])
  container['resources'] ??= {}
  container['terminationMessagePath'] ??= '/dev/termination-log'
  container['terminationMessagePolicy'] ??= 'File'
  for (const port of items(container['ports'])) port['protocol'] ??= 'TCP'
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(container[probe])
}

export function defaultPodSpec(value: unknown): void {
  if (!isObject(value)) return
  const spec = value as Fields
  spec['restartPolicy'] ??= 'Always'
  spec['terminationGracePeriodSeconds'] ??= 30
  spec['dnsPolicy'] ??= 'ClusterFirst'
  spec['schedulerName'] ??= 'default-scheduler'
  spec['securityContext'] ??= {}
  for (const container of [...items(spec['initContainers']), ...items(spec['containers'])])
    defaultContainer(container)
  for (const volume of items(spec['volumes']))
    for (const source of ['configMap', 'secret', 'projected', 'downwardAPI']) {
      const from = volume[source]
      if (isObject(from)) (from as Fields)['defaultMode'] ??= 420
    }
}
