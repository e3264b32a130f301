import { ProviderError } from '../../../src/provider/errors.ts'
import type { Kind } from '../../../src/provider/kind.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { opOf } from '../errors.ts'
import {
  ask,
  cannotChange,
  deleted,
  findIn,
  type KindDeps,
  listOurs,
  ours,
  readOurs,
  tagsIn,
  text,
} from './calls.ts'
import { certificateForm, observedCertificate } from './certificate-form.ts'

export function certificateKind(deps: KindDeps): Kind {
  const { api } = deps
  return {
    ...certificateForm,
    list: (cursor, signal) =>
      listOurs(deps, observedCertificate, () =>
        ask('listCertificates', () => api.listCertificates(cursor, signal)),
      ),
    read: (seen, signal) =>
      readOurs(deps, observedCertificate, () =>
        ask('readCertificate', () => api.readCertificate(seen.id, signal)),
      ),
    find: (want, signal) =>
      readOurs(deps, observedCertificate, () =>
        findIn(
          (cursor) => ask('listCertificates', () => api.listCertificates(cursor, signal)),
          ({ name }) => name === want.spec['name'],
        ),
      ),
    async create({ spec }, _inside, signal) {
      const source = text(spec, 'source')
      const { certificate, key } = await deps.material(source, signal)
      if (fingerprintOf(certificate, key) !== text(spec, 'fingerprint')) throw renewed(source)
      const wish = { name: text(spec, 'name'), certificate, key, tags: tagsIn(spec) }
      const made = await ask('createCertificate', () => api.createCertificate(wish, signal))
      return ours(deps, observedCertificate, made, 'createCertificate')
    },
    update: (seen, _want, changes) => Promise.reject(cannotChange(seen, changes, 'createCertificate')),
    delete: (seen, signal) => deleted('deleteCertificate', () => api.deleteCertificate(seen.id, signal)),
  }
}

/** Between the plan and now: the next plan is for the new one. */
const renewed = (source: string): ProviderError =>
  new ProviderError({
    kind: 'transient',
    code: 'Renewed',
    op: opOf('createCertificate'),
    sent: 'no',
    message: `the certificate ${source} has just been renewed`,
  })
