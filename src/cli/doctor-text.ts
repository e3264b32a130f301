import type { Paint } from '../plan/render-view.ts'
import type { Check } from '../provider/checkup.ts'

/** Checks of one thing: the cluster, the cloud. */
export interface Section {
  readonly title: string
  readonly checks: readonly Check[]
}

const marks = { ok: 'ok', warning: 'warning', error: 'ERROR', skipped: 'not known' } as const
const styles = { ok: 'create', warning: 'warning', error: 'error', skipped: 'dim' } as const

const count = (sections: readonly Section[], state: Check['state']): number =>
  sections.flatMap(({ checks }) => checks).filter((check) => check.state === state).length

export const isWell = (sections: readonly Section[]): boolean => count(sections, 'error') === 0

/** A line for each check, what mends it below, and at the end what all of it comes to. */
export function doctorText(sections: readonly Section[], paint: Paint): string {
  const width = Math.max(...sections.flatMap(({ checks }) => checks.map(({ name }) => name.length)))
  const blocks = sections.map(({ title, checks }) => {
    const lines = checks.map(({ name, state, said, hint }) => {
      const mark = paint(styles[state], marks[state].padEnd(9))
      const mends = hint === undefined ? '' : `\n${' '.repeat(width + 15)}${paint('dim', `hint: ${hint}`)}`
      return `  ${name.padEnd(width)}  ${mark}  ${said}${mends}\n`
    })
    return `${paint('heading', title)}\n${lines.join('')}`
  })
  return `${blocks.join('\n')}\n${verdict(sections)}\n`
}

function verdict(sections: readonly Section[]): string {
  const [errors, warnings] = [count(sections, 'error'), count(sections, 'warning')]
  if (errors > 0)
    return `${errors === 1 ? 'one thing' : `${errors} things`} must be mended before the controller can work`
  if (warnings > 0)
    return `the controller can work; ${warnings === 1 ? 'one thing is' : `${warnings} things are`} worth a look`
  return 'all is well'
}
