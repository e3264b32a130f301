import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { actions } from '../providers/aws/api.ts'

interface Role {
  readonly kind: string
  readonly rules?: readonly Rule[]
}

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

/** Why each resource is asked for. A new rule in manifests/ needs a line here. */
const reasons: Readonly<Record<string, string>> = {
  services: 'what is asked for, and when it changes',
  nodes: 'who can be a target',
  endpointslices: 'the pods of Services whose load balancers send to pods',
  pods: 'readiness gates of those pods',
  'pods/status': 'the conditions that readiness gates wait for',
  'services/status': 'addresses, conditions, our annotation and our finalizer, in one patch',
  namespaces: 'the uid of kube-system is the identity of the cluster on everything in the cloud',
  events: 'what happened, for people',
  leases: 'one instance works at a time; a create cannot be held to a name',
}

const reasonsOfProxy: Readonly<Record<string, string>> = {
  services: 'addresses, ports and policies to serve',
  endpointslices: 'where to',
  nodes: 'addresses, zone and pod ranges of its own node, and whether that is drained',
  servicecidrs: 'which addresses are for Services: unused ones are dropped. Optional',
  events: 'a port that could not be had, for people',
}

/** What the controller may do, in the cluster and in AWS. */
export function rbacPage(root: string): string {
  return [
    '<!-- Written by scripts/docs.ts from manifests/base and providers/aws/api.ts. Do not edit. -->',
    '',
    '# Permissions',
    '',
    '## In the cluster',
    '',
    'The controller never reads Secrets and cannot change the spec of a Service: it has no write to `services`, only to',
    '`services/status`.',
    '',
    '| Where | Resource | Verbs | Why |',
    '|---|---|---|---|',
    ...rulesIn(root, 'manifests/base/cluster-role.yaml', 'ClusterRole', 'all namespaces'),
    ...rulesIn(root, 'manifests/base/role.yaml', 'Role', 'kube-system'),
    '',
    '## Of the node proxy',
    '',
    '`manifests/node-proxy` grants these. It writes nothing but events.',
    '',
    '| Where | Resource | Verbs | Why |',
    '|---|---|---|---|',
    ...rulesIn(
      root,
      'manifests/node-proxy/cluster-role.yaml',
      'ClusterRole',
      'all namespaces',
      reasonsOfProxy,
    ),
    '',
    '## In AWS',
    '',
    '`manifests/aws/iam-policy.json` allows exactly these, on all resources. A create is also allowed to tag what it',
    'makes.',
    '',
    '| Call | Changes something | Must be allowed |',
    '|---|---|---|',
    ...Object.entries(actions).map(
      ([call, { mutating, iam }]) =>
        `| ${call} | ${mutating ? 'yes' : 'no'} | ${iam.map((one) => `\`${one}\``).join(', ')} |`,
    ),
    '',
  ].join('\n')
}

function rulesIn(
  root: string,
  file: string,
  kind: string,
  where: string,
  whys: Readonly<Record<string, string>> = reasons,
): string[] {
  const roles = parseAllDocuments(readFileSync(join(root, file), 'utf8')).map((one) => one.toJS() as Role)
  const rules = roles.filter((role) => role.kind === kind).flatMap((role) => role.rules ?? [])
  return rules.flatMap(({ apiGroups: [group = ''], resources, resourceNames, verbs }) =>
    resources.map((resource) => {
      const why = whys[resource]
      if (why === undefined) throw new Error(`${file}: say in scripts/docs-rbac.ts why ${resource} is needed`)
      const shown = [group, resource].filter((part) => part !== '').join('/')
      const named = resourceNames === undefined ? '' : ` named ${resourceNames.join(', ')}`
      return `| ${where} | \`${shown}\`${named} | ${verbs.join(', ')} | ${why} |`
    }),
  )
}
