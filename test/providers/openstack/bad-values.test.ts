import { annotated, type Bad, error, one, refuse } from './bad.ts'
import { at, container, facts, internal, L, own } from './world.ts'

const integers = [
  'connection-limit',
  'timeout-client-data',
  'timeout-member-connect',
  'timeout-member-data',
  'timeout-tcp-inspect',
  'health-monitor-delay',
  'health-monitor-timeout',
  'health-monitor-max-retries',
  'health-monitor-max-retries-down',
]
const booleans = [internal, 'keep-floatingip', 'x-forwarded-for', 'enable-health-monitor']

const rows: readonly Bad[] = [
  ...integers.map((key): Bad => ({
    name: `${key}: what is no number is refused, and not taken for the default`,
    asked: one(key, '10s'),
    said: error('LB_ANNOTATION_INTEGER', key, '10s'),
    helps: /leave the unit out: "10"/,
  })),
  ...booleans.map((key): Bad => ({
    name: `${key}: what is neither true nor false is refused`,
    asked: one(key, 'yes'),
    said: error('LB_ANNOTATION_BOOLEAN', key, 'yes'),
    helps: /did you mean "true"/,
  })),
  {
    name: 'an unknown class',
    asked: one('class', 'edgy'),
    config: { classes: { edge: {} } },
    said: error('LB_OPENSTACK_CLASS', 'class', 'edgy'),
    helps: /edge.*did you mean "edge"/s,
  },
  {
    name: 'a class where there are none',
    asked: one('class', 'toString'),
    said: error('LB_OPENSTACK_CLASS', 'class', 'toString'),
    helps: /openstack.classes is empty/,
  },
  {
    name: 'an unknown method',
    asked: one('lb-method', 'LEAST_CONNECTION'),
    said: error('LB_ANNOTATION_CHOICE', 'lb-method', 'LEAST_CONNECTION'),
    helps: /did you mean "LEAST_CONNECTIONS"/,
  },
  {
    name: 'a version of PROXY protocol',
    asked: one('proxy-protocol', 'V2'),
    said: error('LB_ANNOTATION_CHOICE', 'proxy-protocol', 'V2'),
    helps: /did you mean "v2"/,
  },
  {
    name: 'PROXY protocol and X-Forwarded-For',
    asked: annotated({ [`${L}proxy-protocol`]: 'true', [`${L}x-forwarded-for`]: 'true' }),
    said: error('LB_OPENSTACK_PROXY_HEADERS', 'x-forwarded-for', 'true'),
    helps: /remove/,
  },
  {
    name: 'a certificate and no key manager',
    asked: one('default-tls-container-ref', container),
    facts: { ...facts, octavia: { keyManager: false } },
    said: error('LB_OPENSTACK_KEY_MANAGER', 'default-tls-container-ref', container),
    helps: /containerStore/,
  },
  {
    name: 'a malformed reference',
    asked: one('default-tls-container-ref', 'my-certificate'),
    said: error('LB_OPENSTACK_CONTAINER', 'default-tls-container-ref', 'my-certificate'),
    helps: /v1\/containers\/UUID/,
  },
  {
    name: 'a reference to nothing',
    asked: one('default-tls-container-ref', container.replace('0a1b', 'ffff')),
    said: error('LB_OPENSTACK_CONTAINER', 'default-tls-container-ref', container.replace('0a1b', 'ffff')),
    helps: /UUID/,
  },
  {
    name: 'two references in the key for one',
    asked: one('default-tls-container-ref', `${container}, ${container}`),
    said: error('LB_ANNOTATION_LIST', 'default-tls-container-ref', `${container}, ${container}`),
    helps: /tls-certificate takes several/,
  },
  {
    name: 'TLS for a port that there is not',
    asked: annotated({ [`${own}tls-certificate`]: container, [`${own}tls-ports`]: '443' }),
    said: error('LB_OPENSTACK_TLS', `${own}tls-ports`, '443'),
    helps: /80/,
  },
  {
    name: 'TLS ports without a certificate',
    asked: one(`${own}tls-ports`, '80'),
    said: [`warning LB_OPENSTACK_TLS ${at(`${own}tls-ports`)} = 80`],
    helps: /tls-certificate/,
  },
  {
    name: 'a policy with a name',
    asked: one(`${own}tls-policy`, 'modern'),
    said: error('LB_ANNOTATION_CHOICE', `${own}tls-policy`, 'modern'),
    helps: /TLSv1.2/,
  },
]

refuse(rows)
