import { name } from './setting-types.ts'

/** The settings of `providers/gcp/config.ts`, which knows what their values must look like. */
export const gcpSettings = {
  clusterName: name('the name of this cluster in names and tags', "the cluster's name"),
} as const
