import { error, type Problem } from '../../src/model/problem.ts'

/** Why a certificate cannot be had. The path is that of the fact; who asks for it says his own. */
export const noCertificate = (message: string, hint?: string): Problem =>
  error('LB_LOCAL_CERTIFICATE', 'spec', message, {
    accepted: 'a certificate and its key, PEM, under tls.crt and tls.key',
    ...(hint === undefined ? {} : { hint }),
  })
