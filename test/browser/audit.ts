/** What makes a page usable for everybody, checked in the page itself. Each finding is one sentence. */
/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the browser stands in one function */

/** Runs in the browser: it must not refer to anything outside itself. */
export function findings(): string[] {
  const found: string[] = []
  const seen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) &&
    element.getBoundingClientRect().width > 1
  const all = [...document.querySelectorAll('body *')]
  const what = (element: Element): string =>
    `<${element.localName} class="${element.getAttribute('class') ?? ''}"> "${(element.textContent ?? '').slice(0, 40)}"`

  // Names and roles.
  const nameOf = (element: Element): string => {
    const by = element.getAttribute('aria-labelledby')
    if (by !== null)
      return by
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' ')
        .trim()
    return (element.getAttribute('aria-label') ?? element.textContent ?? '').trim()
  }
  for (const element of document.querySelectorAll(
    'a[href], button, input, summary, dialog, nav, [role=listbox], [role=option], [role=region], [role=img], [role=group]',
  ))
    if (seen(element) && nameOf(element) === '') found.push(`no name: ${what(element)}`)
  for (const [role, count] of [
    ['main', 1],
    ['h1', 1],
    ['body > header', 1],
  ] as const)
    if (document.querySelectorAll(role).length !== count) found.push(`not ${count} of ${role}`)
  if (document.documentElement.lang !== 'en') found.push('no language')
  if (document.title === '') found.push('no title')

  // Headings go down one level at a time.
  let level = 0
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    if (!seen(heading) && !heading.classList.contains('unseen')) continue
    const now = Number(heading.localName.slice(1))
    if (now > level + 1) found.push(`from h${level} to h${now}: ${what(heading)}`)
    level = now
  }

  // Ids are there once, and what is referred to is there.
  const ids = new Map<string, number>()
  for (const element of all) if (element.id !== '') ids.set(element.id, (ids.get(element.id) ?? 0) + 1)
  for (const [id, count] of ids) if (count > 1) found.push(`id ${id} is there ${count} times`)
  for (const element of all)
    for (const name of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-activedescendant'])
      for (const id of element.getAttribute(name)?.split(' ') ?? [])
        if (!ids.has(id)) found.push(`${name} names ${id}, which is not there`)
  for (const option of document.querySelectorAll('[role=option]'))
    for (let above = option.parentElement; above?.role !== 'listbox'; above = above?.parentElement ?? null)
      if (above === null || above.role !== 'presentation') {
        found.push(`an option outside of a list: ${what(option)}`)
        break
      }

  // Contrast of text to what is behind it: 4.5, or 3 for large text (WCAG 2.2, 1.4.3).
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  type Colour = readonly [number, number, number, number]
  const colours = new Map<string, Colour>()
  const colourOf = (text: string): Colour => {
    const known = colours.get(text)
    if (known !== undefined) return known
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = text
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data
    const colour: Colour = [red, green, blue, alpha / 255]
    colours.set(text, colour)
    return colour
  }
  const over = (top: Colour, below: Colour): Colour => [
    top[0] * top[3] + below[0] * (1 - top[3]),
    top[1] * top[3] + below[1] * (1 - top[3]),
    top[2] * top[3] + below[2] * (1 - top[3]),
    1,
  ]
  const light = ([red, green, blue]: Colour): number => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) =>
      part / 255 <= 0.040_45 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: Colour, b: Colour): number => {
    const [high = 0, low = 0] = [light(a), light(b)].toSorted((one, other) => other - one)
    return (high + 0.05) / (low + 0.05)
  }
  const behind = (element: Element): Colour => {
    const layers: Colour[] = []
    const rect = element.closest('.box')?.querySelector(':scope > rect')
    if (element.namespaceURI?.endsWith('/svg') === true && rect !== null && rect !== undefined)
      layers.push(colourOf(getComputedStyle(rect).fill))
    for (let at: Element | null = element; at !== null; at = at.parentElement)
      layers.push(colourOf(getComputedStyle(at).backgroundColor))
    return layers.reduceRight<Colour>((below, layer) => over(layer, below), [255, 255, 255, 1])
  }
  for (const element of all) {
    if (!seen(element) || element.closest('.unseen, title, noscript') !== null) continue
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.nodeValue ?? '').trim() !== '',
    )
    if (!own) continue
    const style = getComputedStyle(element)
    const inSvg = element.namespaceURI?.endsWith('/svg') === true
    const back = behind(element)
    const ratio = contrast(over(colourOf(inSvg ? style.fill : style.color), back), back)
    const size = Number.parseFloat(style.fontSize)
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    if (ratio < (large ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: ${what(element)}`)
  }
  // And of signs and frames that mean something: 3 (1.4.11).
  for (const element of document.querySelectorAll(
    '.box > rect, .line:not(.cut), input, .chip[aria-pressed=true]',
  )) {
    if (!seen(element) || element.closest('.bare') !== null) continue
    const style = getComputedStyle(element)
    const outside = behind(element.closest('svg') ?? element.parentElement ?? element)
    const line = colourOf(
      element.namespaceURI?.endsWith('/svg') === true ? style.stroke : style.borderTopColor,
    )
    const ratio = contrast(over(line, outside), outside)
    if (ratio < 3) found.push(`contrast of a frame ${ratio.toFixed(2)}: ${what(element)}`)
  }

  // Nothing goes off to the side, and what is pressed is large enough (2.5.8).
  if (document.documentElement.scrollWidth > window.innerWidth) found.push('the page scrolls sideways')
  for (const element of document.querySelectorAll('main, .services, .top, .canvas'))
    if (seen(element) && element.scrollWidth > element.clientWidth + 1)
      found.push(`scrolls sideways: ${what(element)}`)
  for (const element of document.querySelectorAll('button, input, [role=option]')) {
    const { width, height } = element.getBoundingClientRect()
    if (seen(element) && (width < 24 || height < 24))
      found.push(`${width} x ${height} is small: ${what(element)}`)
  }
  return found
}
