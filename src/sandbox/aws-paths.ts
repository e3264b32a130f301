/** Where the AWS of a sandbox tells the names of load balancers, with their addresses. */
export const namesPath = '/_/names'

/** Where instances are told to it. */
export const instancesPath = '/_/instances'

/** Where it is told the access key of its only caller. */
export const keyPath = '/_/key'
