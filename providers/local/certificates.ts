import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { type Resource, unknown } from '../../src/plan/resource.ts'
import { factOf } from '../../src/provider/facts.ts'
import { noCertificate } from './certificate-problems.ts'
import { certificateKey, type CertificateFact, fileIn, secretIn, sourceOf } from './facts.ts'
import { objectName } from './names.ts'
import type { PlaceOf } from './place.ts'
import { marksOf, sourceTag } from './tags.ts'

interface Certificate {
  readonly resource?: Resource
  readonly problems: readonly Problem[]
}

/** The digits of a fingerprint that tell one certificate of a source from the next. */
const digits = 16

/**
 * The certificate that a Service's ports end TLS with. Another fingerprint makes it another object: a renewed one is
 * made beside, the listeners turn to it, and the old one goes.
 */
export function certificateFor(lb: LoadBalancer, of: PlaceOf): Certificate {
  const { settings, context } = of
  const setting = settings.certificate
  if (setting === undefined) return { problems: [] }
  const source = sourceOf(setting.value, lb)
  const allowed = accessProblems(source, lb, of)
  if (allowed.length > 0) return { problems: allowed }
  const fact = factOf<CertificateFact>(context.facts, certificateKey(source), `the certificate ${source}`)
  const at = (problem: Problem): Problem => ({ ...problem, path: setting.path, value: setting.raw })
  if ('problem' in fact) return { problems: [at(fact.problem)] }
  const known = 'value' in fact ? fact.value : undefined
  const key = `${source}/${known?.fingerprint.slice(0, digits) ?? '<fingerprint>'}`
  const stack = lb.owner.uid
  const owner = { uid: lb.uid, name: lb.owner.name }
  return {
    problems: known?.expired === true ? [at(expired(known))] : [],
    resource: {
      stack,
      kind: 'certificate',
      key,
      owners: [lb.owner],
      spec: {
        name: objectName({ cluster: context.cluster, stack, key, holder: `${lb.owner.name} ${source}` }),
        source,
        fingerprint: known?.fingerprint ?? unknown('the certificate, when it is read'),
        tags: {
          ...settings.tags?.value,
          ...marksOf({ cluster: context.cluster, key, group: undefined, owner }),
          [sourceTag]: source,
        },
      },
      origins: {
        '': setting.path,
        name: 'metadata.name',
        source: setting.path,
        fingerprint: setting.path,
        [`tags.${sourceTag}`]: setting.path,
      },
      purpose:
        known?.subject === undefined
          ? `the certificate ${source}`
          : `the certificate ${source}, of ${known.subject}, until ${known.notAfter ?? 'an unknown day'}`,
    },
  }
}

/** Who may write a Service may not thereby use what another namespace keeps to itself. */
function accessProblems(
  source: string,
  { namespace }: LoadBalancer,
  { settings, config }: PlaceOf,
): readonly Problem[] {
  const path = settings.certificate?.path ?? 'spec'
  const value = settings.certificate?.raw ?? source
  const secret = secretIn(source)
  if (
    secret !== undefined &&
    secret.namespace !== namespace &&
    !config.sharedNamespaces.includes(secret.namespace)
  )
    return [
      error(
        'LB_LOCAL_CERTIFICATE_NAMESPACE',
        path,
        `the Secret is in the namespace ${secret.namespace}, the Service in ${namespace}`,
        {
          value,
          accepted: `a Secret of ${[namespace, ...config.sharedNamespaces].join(', ')}`,
          hint: `copy the Secret, or add ${secret.namespace} to the setting local.sharedNamespaces`,
        },
      ),
    ]
  if (fileIn(source) !== undefined && config.certificateFolder === undefined)
    return [
      {
        ...noCertificate(
          'no folder of certificates is configured',
          'set local.certificateFolder, or name a Secret',
        ),
        path,
        value,
      },
    ]
  return []
}

const expired = ({ notAfter }: CertificateFact): Problem =>
  warning('LB_LOCAL_CERTIFICATE_EXPIRED', 'spec', `the certificate ended ${notAfter ?? 'before today'}`, {
    hint: 'put a new one into the Secret: it is taken over within a minute, and open connections go on',
  })
