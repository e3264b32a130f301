/** Signs that turn the direction of what follows, and those that no text should hold: a name could pose as another. */
const unfit = /[\p{Cc}\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu

const harmless = (text: string): string =>
  text.toWellFormed().replaceAll(unfit, (sign) => (sign === '\n' || sign === '\t' ? sign : '\uFFFD'))

/** JSON in one line, in which what is unfit to be shown is shown as such. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_key, held: unknown) => (typeof held === 'string' ? harmless(held) : held))
