import { equal } from '../../../src/lib/json.ts'
import { duplicate, forbiddenField, invalidValue, required, unsupported } from '../cause.ts'
import type { Cause } from '../fault.ts'
import { dns1123Label } from '../naming.ts'
import type { PodObject, PodSpec } from '../workload-objects.ts'
import { checkMounts, checkVariables, checkVolumes } from './pod-file-rules.ts'

const policies = ['Always', 'OnFailure', 'Never']
const protocols = ['SCTP', 'TCP', 'UDP']

type Containers = NonNullable<PodSpec['containers']>

function checkContainers(
  containers: Containers,
  volumes: NonNullable<PodSpec['volumes']>,
  field: string,
): Cause[] {
  const names = containers.map(({ name }) => name)
  return containers.flatMap((container, at) => {
    const { name, image, ports = [] } = container
    const here = `${field}[${at}]`
    return [
      ...(name ? dns1123Label(name).map((text) => invalidValue(`${here}.name`, name, text)) : []),
      ...(name ? [] : [required(`${here}.name`)]),
      ...(name && names.indexOf(name) < at ? [duplicate(`${here}.name`, name)] : []),
      ...(image ? [] : [required(`${here}.image`)]),
      ...ports.flatMap(({ containerPort, protocol = 'TCP' }, n) => [
        ...(containerPort >= 1 && containerPort <= 65_535
          ? []
          : [
              invalidValue(
                `${here}.ports[${n}].containerPort`,
                containerPort,
                'must be between 1 and 65535, inclusive',
              ),
            ]),
        ...(protocols.includes(protocol)
          ? []
          : [unsupported(`${here}.ports[${n}].protocol`, protocol, protocols)]),
      ]),
      ...checkVariables(container, `${here}.env`),
      ...checkMounts(container, volumes, `${here}.volumeMounts`),
    ]
  })
}

/** The rules for a pod's spec, wherever it stands: in a pod, or in a template under `field`. */
export function checkPodSpec(spec: PodSpec | undefined, field: string, accepted = policies): Cause[] {
  const { containers = [], initContainers = [], volumes = [], restartPolicy = 'Always' } = spec ?? {}
  return [
    ...(containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...checkVolumes(volumes, `${field}.volumes`),
    ...checkContainers(containers, volumes, `${field}.containers`),
    ...checkContainers(initContainers, volumes, `${field}.initContainers`),
    ...(accepted.includes(restartPolicy)
      ? []
      : [unsupported(`${field}.restartPolicy`, restartPolicy, accepted)]),
  ]
}

const mutable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',')

const withoutImages = (containers: Containers | undefined) =>
  containers?.map(({ image: _image, ...container }) => container)

/** A pod's spec without what may change while it runs. A pod that has no node yet is given one in this way, too. */
function settled(spec: PodSpec, before: PodSpec): object {
  const { activeDeadlineSeconds: _a, terminationGracePeriodSeconds: grace, tolerations: _t, ...rest } = spec
  return {
    ...rest,
    nodeName: before.nodeName === undefined ? undefined : spec.nodeName,
    grace:
      (before.terminationGracePeriodSeconds ?? 0) < 0 && grace === 1
        ? before.terminationGracePeriodSeconds
        : grace,
    containers: withoutImages(spec.containers),
    initContainers: withoutImages(spec.initContainers),
  }
}

function checkChange({ spec = {} }: PodObject, { spec: before = {} }: PodObject): Cause[] {
  const { tolerations = [] } = spec
  const isKept = (before.tolerations ?? []).every((one) => tolerations.some((other) => equal(one, other)))
  return isKept && equal(settled(spec, before), settled(before, before))
    ? []
    : [forbiddenField('spec', `pod updates may not change fields other than ${mutable}`)]
}

export const checkPod = (pod: PodObject, before: PodObject | undefined): Cause[] => [
  ...checkPodSpec(pod.spec, 'spec'),
  ...(before === undefined ? [] : checkChange(pod, before)),
]
