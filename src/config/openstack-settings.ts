import { name } from './setting-types.ts'

/** The settings of `providers/openstack/config.ts`, which knows what their values must look like. */
export const openstackSettings = {
  clusterName: name('the name of this cluster in names and tags', "the cluster's name"),
} as const
