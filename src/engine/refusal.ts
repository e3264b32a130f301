import type { Problem } from '../model/problem.ts'
import type { Step } from '../plan/plan.ts'
import type { ErrorKind, ProviderError } from '../provider/errors.ts'

const words: Partial<Record<ErrorKind, { readonly code: string; readonly hint: string }>> = {
  denied: {
    code: 'LB_CLOUD_DENIED',
    hint: 'give the controller the permission that is named; it is tried again within ten minutes',
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
  const path =
    step.fields?.find((field) => field.origin !== undefined)?.origin ??
    step.parts?.find((part) => part.path !== undefined)?.path
  return {
    code,
    severity: 'error',
    path: path ?? 'spec',
    value: error.op,
    message: `${step.action} ${step.kind} ${step.key} was refused: ${error.code}: ${error.message}`,
    hint,
  }
}
