/** Cases that are planned and not carried out yet, by the name of their golden file, and what they wait for. */
const waiting: Readonly<Record<string, readonly string[]>> = {
  'ports of other Services': ['actions.TCP-80'],
  'pods as targets': [
    'aws-load-balancer-type--pods',
    'aws-load-balancer-nlb-target-type',
    'portable-target-type',
  ],
  'load balancers that Services share': ['portable-group'],
}

export const pendingOnAws: ReadonlyMap<string, string> = new Map(
  Object.entries(waiting).flatMap(([what, names]) => names.map((name) => [name, what] as const)),
)
