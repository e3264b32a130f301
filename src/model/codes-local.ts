import { goesOn, isFine, keepsServing } from './codes-meanwhile.ts'
import type { CodeTable } from './problem-codes.ts'

export const localCodes: CodeTable = {
  LB_LOCAL_POOL: {
    title: 'There is no such pool',
    happened: 'The Service names a pool that the local balancer does not have.',
    meanwhile: keepsServing,
    mend: 'Use one of the pools that are named, or start the balancer with another `--pool`.',
  },
  LB_LOCAL_ADDRESS: {
    title: 'No pool has the address that is asked for',
    happened: 'The address is in none of the ranges of the pool, or of any pool, or it is no IPv4 address.',
    meanwhile: keepsServing,
    mend: 'Ask for an address out of the ranges that are named, or leave the choice to the balancer.',
  },
  LB_LOCAL_ADDRESS_TAKEN: {
    title: 'Another Service has the address',
    happened: 'An address is of one Service, or of one group of Services, and this one is held already.',
    meanwhile: keepsServing,
    mend: 'Ask for another one. To share it, give both Services the same `lb-controller.io/group` and the same address, and ports of their own.',
  },
  LB_LOCAL_INTERNAL: {
    title: 'An internal Service would get a public address',
    happened:
      'The Service says that it is internal, and the address or the pool is one that the internet may lead to.',
    meanwhile: keepsServing,
    mend: 'Use a pool of private addresses, or take the annotation away.',
  },
  LB_LOCAL_TLS: {
    title: 'A setting for TLS without a certificate',
    happened: 'Ports or a version of TLS are named, and no certificate is: no port ends TLS.',
    meanwhile: goesOn,
    mend: 'Name a Secret in `local.lb-controller.io/ssl-cert`, or remove the annotation.',
  },
  LB_LOCAL_TLS_PORTS: {
    title: 'TLS on a port that the Service does not have',
    happened:
      'A port is named on which TLS is to end, and no TCP port of the Service has that number or name.',
    meanwhile: keepsServing,
    mend: 'Correct the list.',
  },
  LB_LOCAL_CERTIFICATE: {
    title: 'The certificate cannot be had',
    happened:
      'The Secret or the files are not there, may not be read, or do not hold a certificate with its key in PEM.',
    meanwhile: `${keepsServing} It is looked at again within half a minute.`,
    mend: 'Make it: `kubectl create secret tls NAME --cert=FILE --key=FILE`. To let the controller read Secrets, add `manifests/local`.',
  },
  LB_LOCAL_CERTIFICATE_NAMESPACE: {
    title: 'The certificate is of another namespace',
    happened:
      'A Service may use Secrets of its own namespace. Who may write a Service could else use what others keep to themselves.',
    meanwhile: keepsServing,
    mend: 'Copy the Secret, or add its namespace to the setting `local.sharedNamespaces`.',
  },
  LB_LOCAL_CERTIFICATE_EXPIRED: {
    title: 'The certificate has expired',
    happened: 'The day until which the certificate is valid has passed. Clients refuse it.',
    meanwhile: 'It is served all the same.',
    mend: 'Put a new one into the Secret. It is taken over within a minute, and open connections go on.',
  },
  LB_LOCAL_TCP_ONLY: {
    title: 'A setting for TCP on a Service with UDP ports',
    happened: 'TLS and the PROXY protocol are for TCP. The UDP ports of the Service go without.',
    meanwhile: goesOn,
    mend: 'Nothing has to be done; a Service of its own for the UDP ports takes the message away.',
  },
  LB_LOCAL_HEALTH_CHECK: {
    title: 'A health check that cannot be as it is asked for',
    happened: 'A check may take longer than the time to the next one, or asks where nothing can answer.',
    meanwhile:
      'An error keeps the last accepted check; after a warning the check is made without that setting.',
    mend: 'Do what the message says.',
  },
  LB_LOCAL_NOT_SERVED: {
    title: 'A port is not served',
    happened:
      'The balancer cannot listen on the port: another program on this machine has it, or the system refuses it.',
    meanwhile: 'The other ports are served. It is tried again by itself.',
    mend: 'Stop the other program, or use another port. Ports under 1024 may need `sysctl net.ipv4.ip_unprivileged_port_start=0`.',
  },
  LB_LOCAL_ELSEWHERE: {
    title: 'A port is reached at another place',
    happened:
      'The system refuses the address, or a port under 1024. The balancer serves the port at the place that is named.',
    meanwhile: isFine,
    mend: 'Nothing has to be done. `sysctl net.ipv4.ip_unprivileged_port_start=0` allows low ports.',
  },
}
