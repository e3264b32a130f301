/** A piece of a tutorial that is carried out: what is typed, and what the page says comes back. */
export interface Piece {
  /** Of its first line, counted from 1. */
  readonly line: number
  readonly commands: string
  /** Undefined: the page says nothing of it. */
  readonly printed: string | undefined
  /** Typed into the last command, which stays open for it. */
  readonly terminal: readonly Exchange[] | undefined
}

export interface Exchange {
  readonly typed: string
  readonly answer: string
}

const fence = /^```(\w*)$/

/** The fenced blocks of a page: `sh` is typed, `text` comes back, `terminal` is typed into what was begun. */
export function readTutorial(markdown: string): readonly Piece[] {
  const pieces: Piece[] = []
  let open: { language: string; line: number; lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, language] = fence.exec(line) ?? []
    if (open !== undefined && language === '') {
      close(pieces, open)
      open = undefined
    } else if (open !== undefined) open.lines.push(line)
    else if (language !== undefined) open = { language, line: index + 2, lines: [] }
  }
  if (open !== undefined) throw new Error(`line ${open.line}: this block does not end`)
  return pieces
}

function close(pieces: Piece[], block: { language: string; line: number; lines: readonly string[] }): void {
  const { language, line, lines } = block
  const text = lines.join('\n')
  if (language === 'sh') {
    pieces.push({ line, commands: text, printed: undefined, terminal: undefined })
    return
  }
  if (language !== 'text' && language !== 'terminal') return
  const before = pieces.pop()
  if (before === undefined || before.printed !== undefined || before.terminal !== undefined)
    throw new Error(`line ${line}: no command comes before this`)
  pieces.push(
    language === 'text' ? { ...before, printed: text } : { ...before, terminal: exchanges(lines, line) },
  )
}

function exchanges(lines: readonly string[], at: number): readonly Exchange[] {
  const found: { typed: string; answer: string[] }[] = []
  for (const line of lines) {
    if (line.startsWith('$ ')) found.push({ typed: line.slice(2), answer: [] })
    else if (found.length === 0)
      throw new Error(`line ${at}: a terminal begins with what is typed: $ COMMAND`)
    else found.at(-1)?.answer.push(line)
  }
  return found.map(({ typed, answer }) => ({ typed, answer: answer.join('\n').trim() }))
}
