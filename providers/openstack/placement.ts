import { nearestWord } from '../../src/model/did-you-mean.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { OpenStackSettings } from './annotations.ts'
import type { OpenStackConfig, Placement } from './config.ts'

/** A value, and where it was written; settings have no path in a Service. */
export interface Placed {
  readonly value: string
  readonly path?: string
}

/** Where a load balancer stands, after the annotations, the class and the settings were weighed. */
export interface Places {
  readonly networkId?: Placed
  readonly subnetId?: Placed
  readonly memberSubnetId?: Placed
  readonly floatingNetworkId?: Placed
  readonly floatingSubnetId?: Placed
  readonly floatingSubnet?: Placed
  readonly floatingSubnetTags?: Placed
  readonly problems: readonly Problem[]
}

type Field = keyof Placement

const floatingSubnets = ['floatingSubnetId', 'floatingSubnet', 'floatingSubnetTags'] as const

/**
 * As cloud-provider-openstack weighs them: for what is inside, annotation > class > setting; for what is outside, class >
 * annotation > setting. How a floating subnet is named comes whole from one of the three: an id of one and tags of
 * another would name nothing.
 */
export function placesOf(settings: OpenStackSettings, config: OpenStackConfig): Places {
  const { class: named } = settings
  const ofClass =
    named !== undefined && Object.hasOwn(config.classes, named.value)
      ? config.classes[named.value]
      : undefined
  const problems =
    named === undefined || Object.hasOwn(config.classes, named.value)
      ? []
      : [unknownClass(named.value, named.path, Object.keys(config.classes))]

  const said = (field: Field): Placed | undefined => {
    const setting = settings[field]
    return setting === undefined ? undefined : { value: setting.value, path: setting.path }
  }
  const inClass = (field: Field): Placed | undefined => {
    const value = ofClass?.[field] ?? ''
    return value === '' || named === undefined ? undefined : { value, path: named.path }
  }
  const setting = (field: Field): Placed | undefined => {
    const value = config[field] ?? ''
    return value === '' ? undefined : { value }
  }
  const subnetFrom = [inClass, said, setting].find((source) =>
    floatingSubnets.some((field) => source(field) !== undefined),
  )
  return present(problems, {
    networkId: said('networkId') ?? inClass('networkId') ?? setting('networkId'),
    subnetId: said('subnetId') ?? inClass('subnetId') ?? setting('subnetId'),
    memberSubnetId: said('memberSubnetId') ?? inClass('memberSubnetId') ?? setting('memberSubnetId'),
    floatingNetworkId:
      inClass('floatingNetworkId') ?? said('floatingNetworkId') ?? setting('floatingNetworkId'),
    ...Object.fromEntries(floatingSubnets.map((field) => [field, subnetFrom?.(field)])),
  })
}

const present = (
  problems: readonly Problem[],
  places: Readonly<Record<string, Placed | undefined>>,
): Places => ({
  ...Object.fromEntries(Object.entries(places).filter(([, place]) => place !== undefined)),
  problems,
})

function unknownClass(value: string, path: string, classes: readonly string[]): Problem {
  const near = nearestWord(value, classes)
  return error('LB_OPENSTACK_CLASS', path, `the settings have no class ${JSON.stringify(value)}`, {
    value,
    accepted: classes.length === 0 ? 'none: openstack.classes is empty' : classes.toSorted().join(', '),
    hint: near === undefined ? 'add it to openstack.classes' : `did you mean "${near}"?`,
  })
}
