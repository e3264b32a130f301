import type { AnyObject } from '../object.ts'

/** What of a pod's status its line in a table is made of. */
interface Shown {
  readonly phase?: string
  readonly reason?: string
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  readonly containerStatuses?: readonly ContainerShown[]
  readonly initContainerStatuses?: readonly ContainerShown[]
}

interface ContainerShown {
  readonly ready?: boolean
  readonly started?: boolean
  readonly state?: {
    readonly waiting?: { readonly reason?: string }
    readonly running?: object
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly signal?: number }
  }
}

/** The one word for how a pod is: the first thing that keeps it from running, or its phase. */
export function podStateText({ metadata, status }: AnyObject): string {
  const shown = (status ?? {}) as Shown
  const text = initText(shown) ?? containersText(shown)
  const isOver = ['Succeeded', 'Failed'].includes(shown.phase ?? '')
  return metadata.deletionTimestamp !== undefined && !isOver ? 'Terminating' : text
}

type Ended = NonNullable<NonNullable<ContainerShown['state']>['terminated']>

const endText = ({ reason, signal, exitCode = 0 }: Ended): string => {
  if (reason) return reason
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`
}

/** Undefined: the init containers are done. */
function initText({ initContainerStatuses: statuses = [] }: Shown): string | undefined {
  for (const [at, { state = {}, started }] of statuses.entries()) {
    const { waiting, running, terminated } = state
    if (terminated?.exitCode === 0 || (running !== undefined && started === true)) continue
    if (terminated !== undefined) return `Init:${endText(terminated)}`
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
    return `Init:${at}/${statuses.length}`
  }
  return undefined
}

function containersText({ phase, reason, conditions, containerStatuses = [] }: Shown): string {
  let text = reason || phase || 'Unknown'
  let runs = false
  for (const { state = {}, ready } of containerStatuses.toReversed()) {
    const { waiting, running, terminated } = state
    if (waiting?.reason) text = waiting.reason
    else if (terminated !== undefined) text = endText(terminated)
    else if (ready === true && running !== undefined) runs = true
  }
  if (text !== 'Completed' || !runs) return text
  return conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
    ? 'Running'
    : 'NotReady'
}
