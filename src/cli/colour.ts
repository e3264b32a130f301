import { styleText } from 'node:util'
import type { Paint } from '../plan/render-view.ts'
import type { Io } from './io.ts'

export type ColourChoice = 'auto' | 'always' | 'never'

const styles = {
  create: 'green',
  update: 'yellow',
  repair: 'magenta',
  delete: 'red',
  heading: 'bold',
  dim: 'dim',
  error: 'red',
  warning: 'yellow',
  note: 'cyan',
} as const

const coloured: Paint = (style, text) =>
  text === '' ? text : styleText(styles[style], text, { validateStream: false })
export const plain: Paint = (_style, text) => text

/** Colour goes to people only. `--color` is the last word, then NO_COLOR (https://no-color.org), then the terminal. */
export function paintFor(io: Io, stream: 'out' | 'err', choice: ColourChoice): Paint {
  if (choice !== 'auto') return choice === 'always' ? coloured : plain
  if ((io.env.NO_COLOR ?? '') !== '' || io.env.TERM === 'dumb') return plain
  return (stream === 'out' ? io.outIsTty : io.errIsTty) === true ? coloured : plain
}
