/** The clouds that a plan can be made for. */
export const providers: readonly string[] = ['aws', 'gcp', 'azure', 'openstack', 'local']
/** Those that a plan can be carried out on. */
export const liveProviders: readonly string[] = ['aws', 'local']
