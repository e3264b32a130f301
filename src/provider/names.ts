/** The providers that can be loaded, and those that are only known by name so far. */
export const providers: readonly string[] = ['aws']
export const plannedProviders: readonly string[] = ['gcp', 'azure', 'openstack', 'local']
