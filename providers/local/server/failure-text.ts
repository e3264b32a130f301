import type { FrontendFailure, RelayFrontend } from '../../../src/relay/frontend.ts'

/** Why a listener is not served, and how to mend it on this machine. */
export function failureText({ reason, message }: FrontendFailure, { address, port }: RelayFrontend): string {
  if (reason === 'denied' && port < 1024)
    return `${message}, or: sysctl -w net.ipv4.ip_unprivileged_port_start=${port}`
  if (reason === 'unavailable')
    return `${message}; add it, for example: ip address add ${address}/${address.includes(':') ? 128 : 32} dev lo`
  return message
}
