import type { Rule } from './attributes.ts'
import { yesNo } from './attributes.ts'

/** Headers that a listener of HTTP puts into every response that it passes on, where it is given a value. */
const added = [
  'access_control_allow_credentials',
  'access_control_allow_headers',
  'access_control_allow_methods',
  'access_control_allow_origin',
  'access_control_expose_headers',
  'access_control_max_age',
  'content_security_policy',
  'strict_transport_security',
  'x_content_type_options',
  'x_frame_options',
].map((header) => `routing.http.response.${header}.header_value`)

/** Headers that tell a target of the TLS that ended at the listener, under names that can be changed. */
const told = [
  'X-Amzn-Mtls-Clientcert',
  'X-Amzn-Mtls-Clientcert-Issuer',
  'X-Amzn-Mtls-Clientcert-Leaf',
  'X-Amzn-Mtls-Clientcert-Serial-Number',
  'X-Amzn-Mtls-Clientcert-Subject',
  'X-Amzn-Mtls-Clientcert-Validity',
  'X-Amzn-Tls-Cipher-Suite',
  'X-Amzn-Tls-Version',
].map(
  (name) => [`routing.http.request.${name.toLowerCase().replaceAll('-', '_')}.header_name`, name] as const,
)

const server = 'routing.http.response.server.enabled'

export function webListenerDefaults(protocol: string): Readonly<Record<string, string>> {
  return {
    [server]: 'true',
    ...Object.fromEntries(added.map((key) => [key, ''])),
    ...(protocol === 'HTTPS' ? Object.fromEntries(told) : {}),
  }
}

export function webListenerRules(protocol: string): Readonly<Record<string, Rule>> {
  const names = protocol === 'HTTPS' ? told.map(([key]) => key) : []
  return { [server]: yesNo, ...Object.fromEntries([...added, ...names].map((key) => [key, 'text'] as const)) }
}
