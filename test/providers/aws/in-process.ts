import type { Cloud } from '../../../localstack/aws/cloud.ts'
import { actions, type Action, type AwsApi, type Calls } from '../../../providers/aws/api.ts'
import { toProviderError } from '../../../providers/aws/errors.ts'

/** The port over a cloud in this process: the same strict answers as over HTTP, without the SDK. */
export const inProcess = (cloud: Cloud): AwsApi => ({
  async call<A extends Action>(action: A, input: Calls[A]['input']) {
    try {
      return await cloud.call(actions[action].service, action, input)
    } catch (error) {
      throw toProviderError(action, error)
    }
  },
})
