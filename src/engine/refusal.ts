import type { Problem } from '../model/problem.ts'
import type { Step } from '../plan/plan.ts'
import type { ErrorKind, ProviderError } from '../provider/errors.ts'

const words: Partial<Record<ErrorKind, { readonly code: string; readonly hint: string }>> = {
  denied: {
    code: 'LB_CLOUD_DENIED',
    hint: 'mend the credentials, or give the permission that is named; it is tried again within ten minutes',
  },
  quota: {
    code: 'LB_CLOUD_QUOTA',
    hint: 'raise the quota or free some of it; it is tried again within ten minutes',
  },
  taken: { code: 'LB_CLOUD_TAKEN', hint: 'choose another one, or free it where it is used' },
}

/** A cloud's refusal as a problem of the Service whose change it was. */
export function refusal(step: Step, error: ProviderError): Problem {
  const { code, hint } = words[error.kind] ?? {
    code: 'LB_CLOUD_INVALID',
    hint: 'change the setting that is named; what is in place keeps serving meanwhile',
  }
  const paths = [
    ...(step.fields?.map(({ origin }) => origin) ?? []),
    ...(step.parts?.map(({ path }) => path) ?? []),
  ].filter((path) => path !== undefined)
  // A node stands for the targets that an object is made with; it is to blame only where it is the whole change.
  const path =
    paths.find((one) => !one.startsWith('node/')) ?? (step.action === 'update' ? paths[0] : undefined)
  const said = error.message.includes(error.op) ? error.message : `${error.op}: ${error.message}`
  return {
    code,
    severity: 'error',
    path: path ?? 'spec',
    message: `${step.action} ${step.kind} ${step.key} was refused: ${error.code}: ${said}`,
    hint,
  }
}
