import type {
  DescribeListenerAttributesInput,
  DescribeListenerAttributesOutput,
  ModifyListenerAttributesInput,
  ModifyListenerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action, Actions } from '../action.ts'
import { changeAttributes, showAttributes } from './attributes.ts'
import type { Rule } from './attributes.ts'
import { listenerAt } from './find.ts'

/** Only plain TCP has an idle time-out that can be set; that of TLS is fixed. */
const hasIdleTimeout = (protocol: string): boolean => protocol.startsWith('TCP')

export const defaultListenerAttributes = (protocol: string): Readonly<Record<string, string>> =>
  hasIdleTimeout(protocol) ? { 'tcp.idle_timeout.seconds': '350' } : {}

const describe: Action<DescribeListenerAttributesInput, DescribeListenerAttributesOutput> = (
  world,
  input,
) => ({ Attributes: showAttributes(listenerAt(world, input.ListenerArn).attributes) })

const modify: Action<ModifyListenerAttributesInput, ModifyListenerAttributesOutput> = (world, input) => {
  const listener = listenerAt(world, input.ListenerArn)
  const rules: Readonly<Record<string, Rule>> = hasIdleTimeout(listener.protocol)
    ? { 'tcp.idle_timeout.seconds': { low: 60, high: 6000 } }
    : {}
  const attributes = changeAttributes(listener.attributes, input.Attributes, rules)
  world.listeners.put(listener.arn, { ...listener, attributes })
  return { Attributes: showAttributes(attributes) }
}

export const listenerAttributeActions: Actions = {
  DescribeListenerAttributes: describe,
  ModifyListenerAttributes: modify,
}
