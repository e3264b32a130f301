import { ApiFault, internalError, statusOf } from '../fault.ts'
import type { Ended } from '../pod-runtime.ts'

/** What the error channel of `exec` and `attach` says at the end: the form from which kubectl takes its exit code. */
export function exitStatus({ exitCode, message }: Ended): object {
  if (message !== undefined) return statusOf(internalError(message))
  if (exitCode === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  }
}

export const faultStatus = (error: unknown): object =>
  statusOf(
    error instanceof ApiFault ? error : internalError(error instanceof Error ? error.message : String(error)),
  )
