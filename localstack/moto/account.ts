/** What an installer of clusters leaves in an account, made by the AWS SDK: a VPC over three zones, a group, instances. */
import * as ec2 from '@aws-sdk/client-ec2'

export interface Instance {
  readonly id: string
  readonly zone: string
  readonly address: string
}

export interface Account {
  readonly vpcId: string
  readonly nodeGroup: string
  readonly instances: readonly Instance[]
  /** ARN of a certificate that listeners may use. */
  readonly certificate: string
}

const region = 'us-east-1'
const zones = ['a', 'b', 'c'] as const
const cluster = 'kubernetes.io/cluster/demo'

/** One setting for every client that talks to moto: any credentials do. */
export const settingsFor = (endpoint: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'loopback', secretAccessKey: 'loopback' },
  maxAttempts: 1,
})

export async function fillAccount(url: string): Promise<Account> {
  const client = new ec2.EC2Client(settingsFor(url))
  const { Vpc } = await client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
  const VpcId = must(Vpc?.VpcId)
  const { InternetGateway } = await client.send(new ec2.CreateInternetGatewayCommand({}))
  const InternetGatewayId = must(InternetGateway?.InternetGatewayId)
  await client.send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId, VpcId }))
  const { RouteTable } = await client.send(new ec2.CreateRouteTableCommand({ VpcId }))
  const RouteTableId = must(RouteTable?.RouteTableId)
  await client.send(
    new ec2.CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: InternetGatewayId,
    }),
  )
  const group = await client.send(
    new ec2.CreateSecurityGroupCommand({
      GroupName: 'demo-nodes',
      Description: 'Nodes of the cluster',
      VpcId,
      TagSpecifications: [tagged('security-group', { [cluster]: 'owned' })],
    }),
  )
  const nodeGroup = must(group.GroupId)
  const instances: Instance[] = []
  for (const [index, letter] of zones.entries()) {
    const zone = `${region}${letter}`
    const subnet = async (block: number, role: string): Promise<string> => {
      const made = await client.send(
        new ec2.CreateSubnetCommand({
          VpcId,
          AvailabilityZone: zone,
          CidrBlock: `10.0.${block}.0/24`,
          TagSpecifications: [tagged('subnet', { [cluster]: 'shared', [`kubernetes.io/role/${role}`]: '1' })],
        }),
      )
      return must(made.Subnet?.SubnetId)
    }
    const open = await subnet(index, 'elb')
    await client.send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId: open }))
    instances.push(await run(client, await subnet(10 + index, 'internal-elb'), nodeGroup, zone))
  }
  return { vpcId: VpcId, nodeGroup, instances, certificate: await certify(url) }
}

async function run(
  client: ec2.EC2Client,
  SubnetId: string,
  nodeGroup: string,
  zone: string,
): Promise<Instance> {
  const { Images } = await client.send(new ec2.DescribeImagesCommand({}))
  const made = await client.send(
    new ec2.RunInstancesCommand({
      ImageId: must(Images?.[0]?.ImageId),
      InstanceType: 't3.small',
      MinCount: 1,
      MaxCount: 1,
      SubnetId,
      SecurityGroupIds: [nodeGroup],
    }),
  )
  const [one] = made.Instances ?? []
  return { id: must(one?.InstanceId), zone, address: must(one?.PrivateIpAddress) }
}

/** Asked for in ACM's own protocol, since nothing else here needs its SDK. */
async function certify(url: string): Promise<string> {
  const scope = `20260101/${region}/acm/aws4_request`
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CertificateManager.RequestCertificate',
      authorization: `AWS4-HMAC-SHA256 Credential=loopback/${scope}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ DomainName: 'example.com', ValidationMethod: 'DNS' }),
  })
  const { CertificateArn } = (await answer.json()) as { readonly CertificateArn?: string }
  return must(CertificateArn)
}

const tagged = (ResourceType: 'subnet' | 'security-group', tags: Readonly<Record<string, string>>) => ({
  ResourceType,
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
})

function must(value: string | undefined): string {
  if (value === undefined) throw new Error('moto answered without what it made')
  return value
}
