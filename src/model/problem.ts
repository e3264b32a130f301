/** `error` stops the Service it names, `warning` is something not honoured, `note` is worth knowing. */
export type Severity = 'error' | 'warning' | 'note'

/**
 * What is wrong with an input, said so that it can be mended without reading our source. Codes are stable; each has a
 * paragraph in `problem-codes.ts` that `lb-controller explain CODE` prints.
 */
export interface Problem {
  readonly code: string
  readonly severity: Severity
  /** Where it is written: `spec.ports[1].nodePort`, `metadata.annotations["..."]`. */
  readonly path: string
  readonly message: string
  readonly value?: string
  /** What would have been accepted, in a few words. */
  readonly accepted?: string
  /** How to mend it. */
  readonly hint?: string
}

export const annotationPath = (key: string): string => `metadata.annotations[${JSON.stringify(key)}]`

type Details = Pick<Problem, 'value' | 'accepted' | 'hint'>

const of =
  (severity: Severity) =>
  (code: string, path: string, message: string, details: Details = {}): Problem => ({
    code,
    severity,
    path,
    message,
    ...details,
  })

export const error = of('error')
export const warning = of('warning')
export const note = of('note')

/** Something is brought about by other means than the cloud's own: `--compare` shows it as emulated. */
export const emulated = (path: string, message: string, details: Details = {}): Problem =>
  note('LB_EMULATED', path, message, details)

export const hasError = (problems: readonly Problem[]): boolean =>
  problems.some((problem) => problem.severity === 'error')
