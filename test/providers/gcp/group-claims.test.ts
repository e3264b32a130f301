import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blueprint, cluster, planned, service } from './world.ts'

const port = (number: number) => ({
  name: `tcp-${number}`,
  port: number,
  protocol: 'TCP',
  nodePort: 30_000 + number,
})

/** The rule of port 80 at the group's address, as the cloud shows it. */
const rule = (holder: string, uid: string) => ({
  kind: 'compute#forwardingRule',
  name: 'k8s2-tcp-theirs',
  region: 'us-central1',
  loadBalancingScheme: 'EXTERNAL',
  IPProtocol: 'TCP',
  IPAddress: '203.0.113.9',
  portRange: '80-80',
  labels: { 'lb-controller-group': 'edge' },
  description: JSON.stringify({
    'networking.gke.io/service-name': holder,
    'networking.gke.io/api-version': 'ga',
    'lb-controller.io/service-uid': uid,
  }),
})

const rows = [
  {
    name: 'one whose Service is not in the files keeps it, and the other ports are served',
    holder: ['other/holder', 'uid-of-holder'],
    rules: ['group-external-edge/IPv4/TCP/81'],
    told: ['spec.ports[0] shop/api: group-external-edge/IPv4/TCP/80 of shared is held by other/holder'],
  },
  {
    name: 'the Service itself has it already',
    holder: ['shop/api', 'uid-of-api'],
    rules: ['group-external-edge/IPv4/TCP/80', 'group-external-edge/IPv4/TCP/81'],
    told: [],
  },
] as const

for (const { name, holder, rules, told } of rows)
  test(`who holds a port at a group's address in the cloud: ${name}`, () => {
    const observed =
      blueprint().kinds['forwarding-rule']?.observe?.(rule(holder[0], holder[1]), cluster) ?? []
    const asked = service({ ports: [port(80), port(81)] }, { 'lb-controller.io/group': 'edge' }, 'api')
    const { plan, problems } = planned([asked], { observed })
    const made = plan.steps.filter(({ kind }) => kind === 'forwarding-rule').map(({ key }) => key)
    assert.deepEqual([...new Set(made)].toSorted(), rules)
    assert.deepEqual(
      problems
        .filter(({ code }) => code === 'LB_PART_TAKEN')
        .map(({ path, message }) => `${path} ${message}`),
      told,
    )
  })
