import { createBlueprint as aws } from '../providers/aws/blueprint.ts'
import { createBlueprint as azure } from '../providers/azure/blueprint.ts'
import { createBlueprint as gcp } from '../providers/gcp/blueprint.ts'
import { createBlueprint as local } from '../providers/local/blueprint.ts'
import { createBlueprint as openstack } from '../providers/openstack/blueprint.ts'
import type { Blueprint } from '../src/provider/blueprint.ts'

/** Every cloud with its name for people, in the order of the docs. */
export const clouds: readonly { readonly title: string; readonly blueprint: Blueprint }[] = [
  { title: 'AWS', blueprint: aws({}) },
  { title: 'GCP', blueprint: gcp({}) },
  { title: 'Azure', blueprint: azure({}) },
  { title: 'OpenStack', blueprint: openstack({}) },
  { title: 'Local', blueprint: local({}) },
]
