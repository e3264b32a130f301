import type { Cloud } from '../../../localstack/aws/cloud.ts'
import { actions, type Action, type AwsApi, type Calls } from '../../../providers/aws/api.ts'
import { toProviderError } from '../../../providers/aws/errors.ts'

/**
 * The port over a cloud in this process: the same strict answers as over HTTP, without the SDK. `caller`: as which the
 * cloud's log names it.
 */
export const inProcess = (cloud: Cloud, caller?: string): AwsApi => ({
  async call<A extends Action>(action: A, input: Calls[A]['input']) {
    try {
      const { service, operation } = actions[action]
      return await cloud.call(service, operation, input, caller)
    } catch (error) {
      throw toProviderError(action, error)
    }
  },
})
