const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Signs that no page may hold, and those that turn the direction of what follows: a name could pose as another. */
const unfit = /\p{Cc}|[\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu

/** What is unfit is shown as such. */
export const harmless = (text: string): string =>
  text.toWellFormed().replaceAll(unfit, (sign) => (sign === '\n' || sign === '\t' ? sign : '\uFFFD'))

/** Text of people as text of a page, in an element and in an attribute alike. */
export const escaped = (text: string): string =>
  harmless(text).replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign)
