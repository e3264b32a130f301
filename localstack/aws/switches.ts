/** `elb` is the older API of load balancing, that of Classic Load Balancers. */
export type Service = 'ec2' | 'elbv2' | 'elb'

/** Calls of one class drain one bucket, roughly as AWS groups them. */
export type ThrottleClass = `${Service}:read` | `${Service}:write` | 'elbv2:targets'

export interface Rate {
  /** Tokens a second. */
  readonly rate: number
  /** Calls that may come at once. */
  readonly burst: number
}

/** Everything a test may turn while the cloud runs. Times are in milliseconds. */
export interface Switches {
  latencyMs: { min: number; max: number }
  throttle: Partial<Record<ThrottleClass, Rate>>
  /** The share of calls, 0 to 1, that are throttled however fast they come: others use up what the account may call. */
  throttleShare: number
  /** The share of calls, 0 to 1, that fail with a 5xx before they take effect. */
  failureShare: number
  /** Whether the caller's credentials are no good. */
  credentialsRefused: boolean
  /** How far lists lag, at most ten minutes: reads that name ids or ARNs are always fresh. */
  listLag: number
  /** From the creation of a load balancer until it is active. */
  provisioningMs: number
  /** From creation of a listener until calls that name it find it. */
  newListenerMs: number
  /** From registration of a target until it is healthy. */
  healthyMs: number
  /** Whether a target is healthy no sooner than it passed as many checks, an interval apart, as its group asks. */
  healthByChecks: boolean
  /** From deletion of a load balancer until its network interfaces let go of their security groups. */
  eniLingerMs: number
}

export const defaultSwitches = (): Switches => ({
  latencyMs: { min: 0, max: 0 },
  throttle: {},
  throttleShare: 0,
  failureShare: 0,
  credentialsRefused: false,
  listLag: 0,
  provisioningMs: 2_000,
  newListenerMs: 0,
  healthyMs: 3_000,
  healthByChecks: false,
  eniLingerMs: 2_000,
})

export interface Limits {
  readonly networkLoadBalancers: number
  readonly applicationLoadBalancers: number
  readonly classicLoadBalancers: number
  readonly listenersPerClassicLoadBalancer: number
  readonly targetGroups: number
  readonly listenersPerLoadBalancer: number
  readonly targetsPerTargetGroup: number
  /** Every registration counts once for each target group of the load balancer. */
  readonly targetsPerLoadBalancer: number
  /** Of one load balancer; of all its zones together where they share their targets. */
  readonly targetsPerZone: number
  /** Beside the default ones. */
  readonly certificatesPerLoadBalancer: number
  /** Counted apart for IPv4 and IPv6, as AWS does. */
  readonly rulesPerSecurityGroup: number
  readonly securityGroups: number
  readonly tagsPerResource: number
}

export const defaultLimits: Limits = {
  networkLoadBalancers: 50,
  applicationLoadBalancers: 50,
  classicLoadBalancers: 20,
  listenersPerClassicLoadBalancer: 100,
  targetGroups: 3_000,
  listenersPerLoadBalancer: 50,
  targetsPerTargetGroup: 1_000,
  targetsPerLoadBalancer: 3_000,
  targetsPerZone: 500,
  certificatesPerLoadBalancer: 25,
  rulesPerSecurityGroup: 60,
  securityGroups: 2_500,
  tagsPerResource: 50,
}
