/** What a case leaves out and a plan needs: a Service with a port and a uid, a VPC, a node. */
import { splitList } from '../../../src/model/value-list.ts'
import type { NodeObject, ServiceObject } from '../../../src/model/objects.ts'
import type { Fields } from './shapes.ts'
import { fieldsOf, listOf, textOf } from './shapes.ts'

export const beta = 'service.beta.kubernetes.io/aws-load-balancer-'
export const typeKey = `${beta}type`
export const targetTypeKey = `${beta}nlb-target-type`

export const annotationsOf = (service: unknown): Readonly<Record<string, string>> =>
  fieldsOf(fieldsOf(fieldsOf(service)['metadata'])['annotations']) as Readonly<Record<string, string>>

/** What a peer takes a Service for that says nothing of its kind, or says it in words of its own. */
export interface Filling {
  readonly annotations?: Readonly<Record<string, string>>
  readonly ports?: readonly Fields[]
  readonly spec?: Fields
}

const anyPort = { name: 'http', port: 80, targetPort: 8080, protocol: 'TCP', nodePort: 30_080 }

export function completed(service: unknown, filling: Filling = {}): ServiceObject {
  const given = fieldsOf(service)
  const metadata = fieldsOf(given['metadata'])
  const spec = fieldsOf(given['spec'])
  const ports = listOf(spec['ports'])
  return {
    apiVersion: 'v1',
    kind: 'Service',
    ...given,
    metadata: {
      name: 'a-service',
      namespace: 'default',
      uid: '00000000-0000-0000-0000-000000000001',
      ...metadata,
      annotations: { ...filling.annotations, ...fieldsOf(metadata['annotations']) },
    },
    spec: {
      ...filling.spec,
      ...spec,
      type: 'LoadBalancer',
      ports: (ports.length > 0 ? ports : (filling.ports ?? [anyPort])).map(numbered),
    },
  } as unknown as ServiceObject
}

/** A target port, which the API server fills in. */
const numbered = (port: Fields): Fields => ({ targetPort: port['port'], ...port })

export const nodeGroup = 'sg-node'

/** One node, and further ones with labels. */
export const nodesWith = (labels: readonly Readonly<Record<string, string>>[]): readonly NodeObject[] =>
  labels.map((each, at) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node-${at}`, labels: each },
    spec: { providerID: `aws:///us-west-2a/i-${at}` },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }))

export const nodeGroupsOf = (nodes: readonly NodeObject[]) => ({
  instances: Object.fromEntries(nodes.map((_node, at) => [`i-${at}`, [nodeGroup]])),
  groups: { [nodeGroup]: { name: 'nodes', tags: {} } },
})

const tagsOf = (subnet: Fields): Readonly<Record<string, string>> =>
  Object.fromEntries(listOf(subnet['Tags']).map(({ Key, Value }) => [textOf(Key), textOf(Value)]))

const anyRole = { 'kubernetes.io/role/elb': '1', 'kubernetes.io/role/internal-elb': '1' }

/** The peer's tests name certificates by any word; ours are ARNs. */
export const certificateArn = (name: string): string =>
  name.startsWith('arn:') ? name : `arn:aws:acm:us-west-2:123456789012:certificate/${name}`

const certificatesKey = `${beta}ssl-cert`

export function withCertificates(service: ServiceObject): ServiceObject {
  const { annotations = {} } = service.metadata
  const names = annotations[certificatesKey]
  if (names === undefined) return service
  const arns = splitList(names).map(certificateArn).join(',')
  return {
    ...service,
    metadata: { ...service.metadata, annotations: { ...annotations, [certificatesKey]: arns } },
  }
}

/** Subnets as the peer's resolver found them: whatever the scheme, in a zone each. */
export const subnetFacts = (list: readonly Fields[]) =>
  list.map((subnet, at) => {
    const ipv6 = listOf(subnet['Ipv6CidrBlockAssociationSet'])[0]
    return {
      id: textOf(subnet['SubnetId']),
      zone: textOf(subnet['AvailabilityZone']) || `us-west-2${'abcdef'[at] ?? 'z'}`,
      zoneType: 'availability-zone',
      cidr: textOf(subnet['CidrBlock']) || `10.${at}.0.0/24`,
      ...(ipv6 === undefined ? {} : { ipv6Cidr: textOf(ipv6['Ipv6CidrBlock']) }),
      freeAddresses: 250,
      public: true,
      tags: { ...anyRole, ...tagsOf(subnet) },
    }
  })

/** A subnet that was named by something else than its id was found by its Name tag. */
const withName = (subnet: Fields, name: string | undefined): Fields =>
  name === undefined || name === subnet['SubnetId']
    ? subnet
    : { ...subnet, Tags: [...listOf(subnet['Tags']), { Key: 'Name', Value: name }] }

/** The subnets that an annotation names, in its order. */
export function withNames(service: unknown, subnets: readonly Fields[]): readonly Fields[] {
  const names = splitList(annotationsOf(service)[`${beta}subnets`] ?? '')
  return subnets.map((subnet, at) => withName(subnet, names[at]))
}
