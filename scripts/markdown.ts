/** Text in a cell or a list, where a star and a bar would mean something. */
export const cell = (text: string): string => escapeStar(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
export const escapeStar = (text: string): string => text.replaceAll('*', '\\*')

export const code = (text: string): string => `\`${text}\``

/** A table whose cells are ready. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
]

export const written = (by: string): string => `<!-- Written by scripts/docs.ts from ${by}. Do not edit. -->`
