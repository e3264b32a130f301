/** Elements are made of parts, never of markup: what people wrote stays text. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
export type Child = Node | string | undefined | false

const svgSpace = 'http://www.w3.org/2000/svg'

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value))
  for (const child of children) if (child !== undefined && child !== false) element.append(child)
  return element
}

export const el = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] => filled(document.createElement(tag), attributes, children)

export const svg = <K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] => filled(document.createElementNS(svgSpace, tag), attributes, children)

/**
 * Makes `old` look like `wanted` with as few changes as it takes, so that focus, selection, what is folded out and what
 * moves stay as they are. Children with a `data-key` are found by it. Listeners belong on what is not made anew.
 */
export function become(old: Element, wanted: Element): void {
  if (wanted.hasAttribute(sameMark)) return
  for (const name of old.getAttributeNames())
    if (!wanted.hasAttribute(name) && !keeps(old, name)) old.removeAttribute(name)
  for (const { name, value } of wanted.attributes)
    if (old.getAttribute(name) !== value && !keeps(old, name)) old.setAttribute(name, value)
  becomeChildren(old, [...wanted.childNodes])
}

const sameMark = 'data-same'

/** Parts that are made anew only when what they show is another. */
export class Memo {
  readonly #shown = new Map<string, string>()

  /** `key` is that of the element that `make` answers; its `data-key` must be the same. */
  part(key: string, data: unknown, make: () => Element): Element {
    const text = JSON.stringify(data)
    if (this.#shown.get(key) === text) return el('section', { 'data-key': key, [sameMark]: '' })
    this.#shown.set(key, text)
    return make()
  }

  /** For when other elements stand there than were made. */
  clear(): void {
    this.#shown.clear()
  }
}

/** Whoever looks decides what is folded out; styles are set by who places an element. */
const keeps = (element: Element, name: string): boolean =>
  name === 'style' || (name === 'open' && element.localName === 'details')

const keyOf = (node: Node): string | undefined =>
  node instanceof Element ? (node.getAttribute('data-key') ?? undefined) : undefined

export function becomeChildren(old: Element, wanted: readonly Node[]): void {
  const keyed = new Map<string, Element>()
  for (const child of old.children) {
    const key = keyOf(child)
    if (key !== undefined) keyed.set(key, child)
  }
  let at: ChildNode | null = old.firstChild
  for (const node of wanted) {
    const key = keyOf(node)
    const same: ChildNode | null = key === undefined ? unkeyed(at) : (keyed.get(key) ?? null)
    if (key !== undefined) keyed.delete(key)
    if (same !== null && alike(same, node)) {
      if (same === at) at = at.nextSibling
      else old.insertBefore(same, at)
      if (same instanceof Element) become(same, node as Element)
      else if (same.nodeValue !== node.nodeValue) same.nodeValue = node.nodeValue
    } else old.insertBefore(node, at)
  }
  while (at !== null) {
    const next: ChildNode | null = at.nextSibling
    at.remove()
    at = next
  }
}

/** One with a key waits for its own. */
const unkeyed = (node: ChildNode | null): ChildNode | null =>
  node === null || keyOf(node) === undefined ? node : null

const alike = (a: Node, b: Node): boolean => a.nodeType === b.nodeType && a.nodeName === b.nodeName
