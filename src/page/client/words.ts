import type { ServiceState } from '../wire.ts'

export const stateWords: Readonly<Record<ServiceState, string>> = {
  ready: 'ready',
  pending: 'pending',
  problem: 'problem',
  leaving: 'leaving',
  inner: 'in the cluster',
}

export const states: readonly ServiceState[] = ['problem', 'pending', 'leaving', 'ready', 'inner']

export const actionMarks = { create: '+', update: '~', repair: '±', delete: '−' } as const

/** `12 s`, `4 min`, `3 h`, `5 d`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return `${seconds} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** `15:04:05`, by the clock on the wall here. */
export function timeText(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** `0 B`, `12.3 kB`: powers of 1000. */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** `0`, `0.4`, `12`. */
export const rateText = (perSecond: number): string =>
  perSecond > 0 && perSecond < 9.95 ? perSecond.toFixed(1) : String(Math.round(perSecond))

/** `1 pod`, `2 pods`. */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

/** The middle goes, since both ends tell names apart. */
export function shortened(text: string, room: number): string {
  if (text.length <= room) return text
  const head = Math.ceil((room - 1) / 2)
  return `${text.slice(0, head)}…${text.slice(text.length - (room - 1 - head))}`
}
