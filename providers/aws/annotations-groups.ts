import { type AnnotationTable, restricting } from '../../src/model/annotations.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import { list } from '../../src/model/value-list.ts'
import { text } from '../../src/model/value-text.ts'
import { row } from './annotation-row.ts'

const groups = list(text({ accepts: 'the id of a security group, or its Name tag', maxLength: 256 }))

/** Rows about who is let in, and by which security groups. */
export const groupRows = {
  securityGroups: row(
    'security-groups',
    groups,
    'one of its own, with a rule for each port and range',
    'sg-0a1b2c3d4e5f60718, edge',
    'Security groups of the load balancer by id or Name tag, instead of one of its own. Their rules are not ours: source ranges have no effect beside them.',
  ),
  extraSecurityGroups: row(
    'extra-security-groups',
    groups,
    'none',
    'sg-0a1b2c3d4e5f60718',
    'Security groups that the load balancer is in beside its own, by id or Name tag.',
  ),
  manageBackendRules: row(
    'manage-backend-security-group-rules',
    boolean,
    'true; with `aws-load-balancer-security-groups` the default of the configuration: false',
    'true',
    'Whether the groups of the nodes let in what comes from given security groups: the load balancer is then in the shared group of the cluster too.',
  ),
  privateLinkRules: row(
    'inbound-sg-rules-on-private-link-traffic',
    choice(['on', 'off']),
    'what AWS sets: on',
    'off',
    'Whether the security groups of the load balancer apply to traffic that comes through AWS PrivateLink.',
  ),
  prefixLists: restricting(
    row(
      'security-group-prefix-lists',
      list(text({ accepts: 'the id of a prefix list, pl-...', pattern: /^pl-[0-9a-z]+$/ })),
      'none',
      'pl-0a1b2c3d4e5f60718',
      'Who may connect, by prefix lists; beside source ranges both may. Without source ranges nobody else may.',
    ),
  ),
  pathMtuDiscovery: row(
    'enable-icmp-for-path-mtu-discovery',
    choice(['on', 'off']),
    'off; with type `nlb` the nodes always let them in',
    'on',
    'Whether the messages of path MTU discovery may pass to the load balancer.',
  ),
  noSecurityGroup: row(
    'disable-nlb-sg',
    boolean,
    'false; with type `nlb` there is none unless one is named',
    'true',
    'Whether the load balancer is made without a security group: the groups of the nodes then let clients in. It can never get one later.',
  ),
} satisfies AnnotationTable
