import type { Writable } from 'node:stream'
import type { FailureReason } from './container-life.ts'
import type { TerminalSize } from '../../../localstack/kubernetes/pod-runtime.ts'

/** What runs in a container, whatever it is made of. */
export interface Workload {
  /** Absent: nobody can write to it. */
  readonly stdin?: Writable | undefined
  /** Of its terminal, where it has one. */
  readonly resize?: (size: TerminalSize) => void
  /** Of the process, where it is one. */
  readonly pid?: number
  /** Never rejects. */
  readonly ended: Promise<WorkloadEnd>
  /** SIGTERM: it is asked to end. */
  stop(): void
  /** SIGKILL: it ends now, and its connections are reset. */
  kill(): void
}

export interface WorkloadEnd {
  /** A signal counts as 128 and its number. */
  readonly exitCode: number
  readonly signal?: number
  readonly message?: string
}

/** A container that cannot begin, and why. */
export class LaunchFailure extends Error {
  override readonly name = 'LaunchFailure'
  readonly reason: FailureReason

  constructor(reason: LaunchFailure['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

/**
 * What comes of a pod's spec that nobody foresaw, such as a value of another type or a path that cannot be, is that pod's
 * failure and no other's.
 */
export const launchFailure = (error: unknown): LaunchFailure =>
  error instanceof LaunchFailure
    ? error
    : new LaunchFailure('RunContainerError', error instanceof Error ? error.message : String(error))

/** Where something really listens that a pod believes to have at an address and port. */
export type Place = (address: string, port: number) => { readonly address: string; readonly port: number }

/** Why a port cannot be had, and what to do. */
export function portRefusal(error: NodeJS.ErrnoException, address: string, port: number): string {
  const where = `cannot listen on ${address}:${port}`
  if (error.code === 'EADDRINUSE')
    return `${where}: another container of the pod or another program of this machine has the port; "ss -lntup 'sport = :${port}'" shows it`
  if (error.code === 'EACCES')
    return `${where}: this user may not have ports under 1024; "sysctl -w net.ipv4.ip_unprivileged_port_start=0" (as root) lets everybody`
  return `${where}: ${error.code === 'EADDRNOTAVAIL' ? 'it is no address of this machine' : error.message}`
}
