import type { Observed } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { LocalCertificate } from '../api.ts'
import { marksIn, sourceTag } from '../tags.ts'

/** It never changes: a renewed certificate is another one. */
export const certificateForm: Form = {
  name: 'certificate',
  ...usualForm,
  canonical: (spec) => spec,
  immutable: ['fingerprint', 'source', 'tags'],
  kept: ['name'],
  replace: 'swap',
  nameIsUnique: true,
  servesTraffic: false,
  settleMs: 0,
}

/** Undefined: it is not of this cluster. */
export function observedCertificate(
  wire: LocalCertificate,
  clusterUid: string | undefined,
  asOf: number,
): Observed | undefined {
  const { id, etag, name, fingerprint, subject, notAfter, tags } = wire
  const marks = marksIn(tags, clusterUid)
  if (marks === undefined) return undefined
  return {
    stack: marks.stack,
    kind: 'certificate',
    key: marks.key,
    id,
    etag,
    owners: [marks.owner],
    spec: { name, source: tags[sourceTag] ?? '', fingerprint, tags },
    out: { id, subject, notAfter },
    state: 'ready',
    serving: true,
    depth: 'read',
    asOf,
  }
}
