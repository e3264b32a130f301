/** How the story is told: plain lines, colour only where somebody looks. */
import { styleText } from 'node:util'

const out = (text: string): void => void process.stdout.write(`${text}\n`)
const style = (format: 'bold' | 'cyan' | 'dim', text: string): string =>
  styleText(format, text, { stream: process.stdout })

export const chapter = (title: string): void => out(`\n${style('bold', title)}`)
export const shell = (command: string): void => out(`  ${style('cyan', `$ ${command}`)}`)
export const line = (text: string): void => out(`  ${text}`)

export function quote(text: string): void {
  for (const row of text.trimEnd().split('\n')) out(`    ${style('dim', row)}`)
}

export function table(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  for (const row of rows)
    out(
      `    ${row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('   ')
        .trimEnd()}`,
    )
}
