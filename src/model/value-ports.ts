import { fail, ok } from '../lib/result.ts'
import type { ValueType } from './annotations.ts'
import type { Port } from './load-balancer.ts'
import { splitList } from './value-list.ts'

/** Which of a Service's ports: all, or those with these numbers and names. */
export type PortSelection = 'all' | readonly (number | string)[]

/** What Kubernetes takes as the name of a port. */
const portName = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/i

export const portSelection: ValueType<PortSelection> = {
  name: 'list of ports',
  accepts: `"*" for all ports, or a comma-separated list of port numbers and port names of the Service`,
  parse(text) {
    const items = splitList(text)
    if (items.length === 0) return fail({ code: 'LB_ANNOTATION_PORTS', message: 'no port is named' })
    if (items.includes('*')) {
      if (items.every((item) => item === '*')) return ok('all')
      return fail({
        code: 'LB_ANNOTATION_PORTS',
        message: '"*" stands for all ports and takes no other item beside it',
        hint: 'write "*" alone, or leave it out',
      })
    }
    const selected: (number | string)[] = []
    for (const item of items) {
      const bad = problemOf(item)
      if (bad !== undefined) return fail({ code: 'LB_ANNOTATION_PORTS', message: bad })
      selected.push(/^\d+$/.test(item) ? Number(item) : item)
    }
    return ok(selected)
  },
}

function problemOf(item: string): string | undefined {
  if (/^\d+$/.test(item))
    return Number(item) >= 1 && Number(item) <= 65535
      ? undefined
      : `${item} is not a port number (1 to 65535)`
  return portName.test(item) ? undefined : `${JSON.stringify(item)} is neither a port number nor a port name`
}

const names = (item: number | string, port: Port): boolean => item === port.port || item === port.name

export const selects = (selection: PortSelection, port: Port): boolean =>
  selection === 'all' || selection.some((item) => names(item, port))

/** Items that name no port of the Service. */
export const unmatched = (selection: PortSelection, ports: readonly Port[]): readonly (number | string)[] =>
  selection === 'all' ? [] : selection.filter((item) => !ports.some((port) => names(item, port)))
