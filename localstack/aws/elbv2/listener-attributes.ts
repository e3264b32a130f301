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
import { webListenerDefaults, webListenerRules } from './web-listener-attributes.ts'

/** Only plain TCP has an idle time-out that can be set; that of TLS is fixed. */
const hasIdleTimeout = (protocol: string): boolean => protocol.startsWith('TCP')

const readsHttp = (protocol: string): boolean => protocol.startsWith('HTTP')

export function defaultListenerAttributes(protocol: string): Readonly<Record<string, string>> {
  if (readsHttp(protocol)) return webListenerDefaults(protocol)
  return hasIdleTimeout(protocol) ? { 'tcp.idle_timeout.seconds': '350' } : {}
}

function rulesFor(protocol: string): Readonly<Record<string, Rule>> {
  if (readsHttp(protocol)) return webListenerRules(protocol)
  return hasIdleTimeout(protocol) ? { 'tcp.idle_timeout.seconds': { low: 60, high: 6000 } } : {}
}

const describe: Action<DescribeListenerAttributesInput, DescribeListenerAttributesOutput> = (
  world,
  input,
) => ({ Attributes: showAttributes(listenerAt(world, input.ListenerArn).attributes) })

const modify: Action<ModifyListenerAttributesInput, ModifyListenerAttributesOutput> = (world, input) => {
  const listener = listenerAt(world, input.ListenerArn)
  const attributes = changeAttributes(listener.attributes, input.Attributes, rulesFor(listener.protocol))
  world.listeners.put(listener.arn, { ...listener, attributes })
  return { Attributes: showAttributes(attributes) }
}

export const listenerAttributeActions: Actions = {
  DescribeListenerAttributes: describe,
  ModifyListenerAttributes: modify,
}
