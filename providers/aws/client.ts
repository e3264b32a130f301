import { actions, type Action, type AwsApi, type Calls } from './api.ts'
import type { AwsConfig } from './config.ts'
import { toProviderError } from './errors.ts'

/** What we use of an SDK client; its own types are six megabytes of declarations. */
interface SdkClient {
  /** Rejects where nothing tells the region, with an error that has no code. */
  readonly config: { region(): Promise<string> }
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<unknown>
}
type CommandClass = new (input: unknown) => unknown
interface Sdk {
  readonly client: SdkClient
  readonly commands: Readonly<Record<string, unknown>>
}

/** A key of an account. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

type ClientConfig = Pick<AwsConfig, 'region' | 'endpoint'>

/** Our queue retries, not the SDK: a request that may have taken effect must be looked at before it is sent again. */
const settings = ({ region, endpoint }: ClientConfig, credentials: AwsCredentials | undefined) => ({
  maxAttempts: 1,
  requestHandler: { requestTimeout: 8_000, connectionTimeout: 4_000, throwOnRequestTimeout: true },
  ...(region === undefined ? {} : { region }),
  ...(endpoint === undefined ? {} : { endpoint }),
  // Whoever brings a key means a place of its own: the environment says nothing about that one.
  ...(credentials === undefined ? {} : { credentials, useFipsEndpoint: false, useDualstackEndpoint: false }),
})

type Settings = ReturnType<typeof settings>

const load = {
  async elbv2(of: Settings): Promise<Sdk> {
    const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2')
    return { client: new sdk.ElasticLoadBalancingV2Client(of), commands: { ...sdk } }
  },
  async elb(of: Settings): Promise<Sdk> {
    const sdk = await import('@aws-sdk/client-elastic-load-balancing')
    return { client: new sdk.ElasticLoadBalancingClient(of), commands: { ...sdk } }
  },
  async ec2(of: Settings): Promise<Sdk> {
    const sdk = await import('@aws-sdk/client-ec2')
    return { client: new sdk.EC2Client(of), commands: { ...sdk } }
  },
}

/**
 * The port over the AWS SDK. A service's SDK is loaded with the first call that needs it. Without credentials it looks for
 * them where the SDK does.
 */
export function createClient(config: ClientConfig, credentials?: AwsCredentials): AwsApi {
  const loaded: { [service in keyof typeof load]?: Promise<Sdk> } = {}
  return {
    async call<A extends Action>(action: A, input: Calls[A]['input'], signal: AbortSignal) {
      const { service, operation } = actions[action]
      const sdk = await (loaded[service] ??= load[service](settings(config, credentials)))
      const Command = sdk.commands[`${operation}Command`] as CommandClass
      try {
        return (await sdk.client.send(new Command(input), { abortSignal: signal })) as Calls[A]['output']
      } catch (error) {
        const placed = await sdk.client.config.region().then(
          () => true,
          () => false,
        )
        throw toProviderError(action, placed ? error : { code: 'RegionMissing' })
      }
    },
  }
}
