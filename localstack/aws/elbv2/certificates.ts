import type {
  AddListenerCertificatesInput,
  AddListenerCertificatesOutput,
  DescribeListenerCertificatesInput,
  DescribeListenerCertificatesOutput,
  Certificate,
  RemoveListenerCertificatesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import { pageOf } from '../paging.ts'
import type { Listener } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { badMarker, pageSize } from './checks.ts'
import { listenerAt, listenersOf } from './find.ts'
import { checkCertificate } from './listener-rules.ts'

function secureListener(world: World, arn: string | undefined): Listener {
  const listener = listenerAt(world, arn)
  if (listener.certificates.length === 0)
    throw fault('UnsupportedProtocol', `Certificates are not supported for ${listener.protocol} listeners`)
  return listener
}

const addCertificates: Action<AddListenerCertificatesInput, AddListenerCertificatesOutput> = (
  world,
  input,
) => {
  const listener = secureListener(world, input.ListenerArn)
  const added = named(input.Certificates).map((arn) => checkCertificate(world, arn))
  const [standard = '', ...extra] = listener.certificates
  const certificates = [standard, ...new Set([...extra, ...added.filter((arn) => arn !== standard)])]
  const others = listenersOf(world, listener.loadBalancerArn).filter((other) => other.arn !== listener.arn)
  const total = [...others, { certificates }].reduce(
    (sum, { certificates }) => sum + Math.max(0, certificates.length - 1),
    0,
  )
  if (total > world.limits.certificatesPerLoadBalancer)
    throw fault(
      'TooManyCertificates',
      'The maximum number of certificates for the load balancer has been reached',
    )
  world.listeners.put(listener.arn, { ...listener, certificates })
  return { Certificates: added.map((CertificateArn) => ({ CertificateArn, IsDefault: false })) }
}

/** Removing what was never added is no error; the default one can only be replaced. */
const removeCertificates: Action<RemoveListenerCertificatesInput, object> = (world, input) => {
  const listener = secureListener(world, input.ListenerArn)
  const gone = new Set(named(input.Certificates))
  const [standard = '', ...extra] = listener.certificates
  if (gone.has(standard))
    throw fault('OperationNotPermitted', 'The default certificate of a listener cannot be removed')
  world.listeners.put(listener.arn, {
    ...listener,
    certificates: [standard, ...extra.filter((arn) => !gone.has(arn))],
  })
  return {}
}

function named(certificates: readonly Certificate[] | undefined): string[] {
  if (certificates?.length !== 1) throw invalid('Exactly one certificate must be specified')
  return certificates.map((certificate) => {
    if (certificate.IsDefault !== undefined) throw invalid('IsDefault cannot be specified here')
    return certificate.CertificateArn ?? ''
  })
}

const describeCertificates: Action<DescribeListenerCertificatesInput, DescribeListenerCertificatesOutput> = (
  world,
  input,
) => {
  const { certificates } = listenerAt(world, input.ListenerArn)
  const page = pageOf(certificates, pageSize(input.PageSize), input.Marker, (arn) => arn, badMarker)
  return {
    Certificates: page.items.map((CertificateArn) => ({
      CertificateArn,
      IsDefault: CertificateArn === certificates[0],
    })),
    ...(page.next === undefined ? {} : { NextMarker: page.next }),
  }
}

export const certificateActions: Actions = {
  AddListenerCertificates: addCertificates,
  RemoveListenerCertificates: removeCertificates,
  DescribeListenerCertificates: describeCertificates,
}
