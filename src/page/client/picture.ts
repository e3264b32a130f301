import type { Detail } from '../wire.ts'
import { svg, el, type Child } from './dom.ts'
import { cell, cellPitch, type Box, type Line } from './picture-boxes.ts'
import { layoutOf } from './picture-layout.ts'
import type { PathListener, PathPod, TrafficPath } from '../traffic-path.ts'
import { healthWord, sentenceOf, tableOf, type TableLine } from './picture-words.ts'
import { nothing } from './pieces.ts'
import { moves, type Rate, type Rates } from './rates.ts'
import { bytesText, rateText, shortened } from './words.ts'

/** Of the letters in the picture, in px. */
const letter = { mono: 7.1, plain: 7, small: 6.5 }

/** Sentences lose their end. */
const endless = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`

const room = (width: number, kind: keyof typeof letter): number => Math.floor(width / letter[kind])

export function pictureOf(
  detail: Detail,
  rates: Rates,
  width: number,
  tableLines: number | undefined,
): Child[] {
  const { path, policy, row } = detail
  if (row.type === 'ExternalName')
    return [nothing(`The DNS answers with ${row.address}: no traffic passes here.`)]
  if (path === undefined) return [nothing('Its way to the pods is not known here.')]
  if (path.listeners.length === 0 && path.nodes.length === 0 && (path.pods ?? []).length === 0)
    return [nothing('Nothing yet: no listener, no node and no pod. They show up here as they come.')]
  const headless = row.address === 'None'
  const layout = layoutOf({ path, policy, width, headless })
  const busy = (line: Line): boolean =>
    line.carries &&
    (line.listener === undefined
      ? path.listeners.some((listener) => moves(rates.of(listener)))
      : moves(rates.of(line.listener)))
  const drawing = svg(
    'svg',
    {
      class: 'picture',
      role: 'img',
      'aria-labelledby': 'picture-words',
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      width: layout.width,
      height: layout.height,
    },
    svg(
      'g',
      { class: 'lines' },
      ...layout.lines.map((line) =>
        svg('path', {
          'data-key': line.key,
          d: curve(line, layout.wide),
          class: `line${line.carries ? '' : ' cut'}${busy(line) ? ' busy' : ''}`,
        }),
      ),
    ),
    ...layout.boxes.map((box) => boxOf(box, rates)),
  )
  return [
    drawing,
    el('p', { id: 'picture-words', class: 'caption' }, sentenceOf(path, policy, headless)),
    tableFold(path, tableLines, layout.wide),
  ]
}

/** Only who opens it pays for it, and not for a thousand pods at once. */
function tableFold(path: TrafficPath, most: number | undefined, wide: boolean): HTMLElement {
  const lines = most === undefined ? [] : tableOf(path)
  const more = lines.length - (most ?? 0)
  return el(
    'details',
    { class: 'fold', 'data-fold': 'table', 'data-key': 'table' },
    el('summary', {}, 'The same as a table'),
    most !== undefined &&
      el(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'The way of the traffic, as a table' },
        tableElement(lines.slice(0, most), wide),
        more > 0 && el('button', { type: 'button', 'data-do': 'more-lines' }, `Show more (${more} left)`),
      ),
  )
}

/** Narrow, there is no room for addresses beside the names. */
function tableElement(lines: readonly TableLine[], wide: boolean): HTMLElement {
  const titles = wide ? ['What', 'Name', 'Address', 'State'] : ['What', 'Name and address', 'State']
  const rows = lines.map(({ what, name, address, state }) =>
    el(
      'tr',
      { 'data-key': `${what} ${name} ${address}` },
      el('td', { class: 'what' }, what),
      el('th', { scope: 'row' }, name, !wide && el('div', { class: 'mono dim' }, address)),
      wide && el('td', { class: 'mono' }, address),
      el('td', {}, state),
    ),
  )
  const heads = titles.map((title) => el('th', { scope: 'col' }, title))
  return el('table', {}, el('thead', {}, el('tr', {}, ...heads)), el('tbody', {}, ...rows))
}

/** Across, it leaves and arrives level; down, it goes straight. */
function curve({ from: [x1, y1], to: [x2, y2] }: Line, wide: boolean): string {
  if (!wide || y1 === y2) return `M${x1} ${y1}L${x2} ${y2}`
  const bend = (x2 - x1) * 0.55
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}

function boxOf(box: Box, rates: Rates): SVGElement {
  if (box.what === 'listener') return listenerBox(box, rates)
  if (box.what === 'node') return nodeBox(box)
  if (box.what === 'pod') return podBox(box)
  if (box.what === 'cells') return cellsBox(box)
  const { x, y, width, height } = box
  if (box.what === 'words') return group(box, 'bare', `words ${x} ${y}`, words(box.text, 0, 9, 'small'))
  return group(
    box,
    'clients',
    'clients',
    frame(box, height / 2),
    words('clients', width / 2, height / 2, 'middle title'),
  )
}

const group = ({ x, y }: Box, kind: string, key: string, ...children: readonly Child[]): SVGElement =>
  svg('g', { transform: `translate(${x} ${y})`, class: `box ${kind}`, 'data-key': key }, ...children)

const frame = ({ width, height }: Box, radius = 8): SVGElement => svg('rect', { width, height, rx: radius })

function cellsBox(box: Extract<Box, { what: 'cells' }>): SVGElement {
  const form = (ready: boolean): string =>
    box.pods
      .map((pod, at) =>
        pod.ready === ready
          ? `M${(at % box.columns) * cellPitch} ${Math.floor(at / box.columns) * cellPitch}h${cell}v${cell}h-${cell}z`
          : '',
      )
      .join('')
  return group(
    box,
    'cells',
    `cells ${box.x} ${box.y}`,
    svg('path', { class: 'cell good', d: form(true) }),
    svg('path', { class: 'cell waits', d: form(false) }),
  )
}

function podBox(box: Extract<Box, { what: 'pod' }>): SVGElement {
  const { pod, width, height } = box
  const state = pod.ready ? 'good' : 'waits'
  const key = `pod ${pod.name} ${pod.address}`
  const title = svg('title', {}, podTitle(pod))
  return group(
    box,
    `pod ${state}`,
    key,
    title,
    frame(box),
    sign(state, 16, height / 2),
    ...podWords(pod, width, height),
  )
}

function nodeBox(box: Extract<Box, { what: 'node' }>): SVGElement {
  const { name, address, reason } = box.node
  const healthy = box.idle ? undefined : box.node.healthy
  const inside = box.width - 40
  return group(
    box,
    `node ${healthClass(healthy)}`,
    `node ${name}`,
    svg(
      'title',
      {},
      `${name}: ${box.idle ? 'no pods here, so it gets nothing' : healthWord(healthy)}${reason === undefined ? '' : `, ${reason}`}`,
    ),
    frame(box),
    sign(healthClass(healthy), 16, 18),
    words(shortened(name, room(inside, 'plain')), 30, 18, 'title'),
    healthy === false || box.idle
      ? words(
          endless(box.idle ? 'no pods here' : (reason ?? 'not healthy'), room(inside, 'small')),
          30,
          36,
          'small',
        )
      : words(shortened(address, room(inside, 'mono')), 30, 36, 'mono'),
  )
}

function listenerBox(box: Extract<Box, { what: 'listener' }>, rates: Rates): SVGElement {
  const { listener, width } = box
  const { address, port, protocol, failure, reachedAt } = listener
  const rate = rates.of(listener)
  const inside = width - 28
  const title = `${address} port ${port}/${protocol}${reachedAt === undefined ? '' : `, reached at ${reachedAt}`}${failure === undefined ? '' : `: ${failure}`}`
  return group(
    box,
    `listener ${failure === undefined ? 'plain' : 'bad'}`,
    `listener ${address} ${port} ${protocol}`,
    svg('title', {}, title),
    frame(box),
    words(shortened(`:${port} ${protocol}`, room(inside, 'plain')), 14, 18, 'title'),
    spark(rate.history, width - 84, 8),
    words(shortened(reachedAt ?? address, room(inside, 'mono')), 14, 37, 'mono'),
    ...trafficWords(listener, rate).map((line, index) =>
      words(endless(line, room(inside, 'small')), 14, 54 + index * 15, 'small'),
    ),
  )
}

function trafficWords({ counters, failure }: PathListener, rate: Rate): readonly string[] {
  if (failure !== undefined) return [failure]
  if (counters === undefined) return ['traffic is not counted here']
  const { open, accepted, shed, bytesIn, bytesOut } = counters
  return [
    `${rateText(rate.accepted)} new/s · ${open} open`,
    `${accepted} in all${shed > 0 ? ` · ${shed} shed` : ''}`,
    `in ${bytesText(bytesIn)} · out ${bytesText(bytesOut)}`,
  ]
}

/** New connections per second at the last looks, as bars. */
function spark(history: readonly number[], x: number, y: number): SVGElement | undefined {
  const most = Math.max(...history, 0)
  if (most === 0) return undefined
  const shown = history.slice(-18)
  return svg(
    'g',
    { class: 'spark', transform: `translate(${x} ${y})` },
    ...shown.map((value, at) => {
      const high = Math.max(1, Math.round((value / most) * 18))
      return svg('rect', { x: (18 - shown.length + at) * 4, y: 18 - high, width: 3, height: high, rx: 1 })
    }),
  )
}

const podTitle = (pod: PathPod): string =>
  `${pod.name} ${pod.address}: ${pod.ready ? 'ready' : 'not ready'}${pod.status === undefined ? '' : `, ${pod.status}`}${pod.node === '' ? '' : `, on ${pod.node}`}`

/** Pods of one Deployment differ at their end alone. */
const tailOf = (name: string, most: number): string =>
  name.length <= most ? name : `…${name.slice(name.length - most + 1)}`

/** Name to the left, address to the right; a pod with trouble says it instead of its address. */
function podWords(pod: PathPod, width: number, height: number): Child[] {
  const { status = 'Running' } = pod
  const state = pod.ready ? pod.address : status === 'Running' ? 'not ready' : status
  const wide = state.length * (pod.ready ? letter.mono : letter.small)
  const name = tailOf(pod.name, Math.max(6, room(width - 64 - wide, 'plain')))
  return [
    words(name, 30, height / 2, 'podname'),
    words(state, width - 12, height / 2, pod.ready ? 'end mono' : 'end small'),
  ]
}

const healthClass = (healthy: boolean | undefined): string =>
  healthy === undefined ? 'plain' : healthy ? 'good' : 'bad'

/** A form for each state, since not everybody tells the colours apart. */
function sign(state: string, x: number, y: number): SVGElement {
  const at = { class: 'sign', transform: `translate(${x} ${y})` }
  if (state === 'good') return svg('g', at, svg('circle', { r: 4.5 }))
  if (state === 'bad')
    return svg('g', at, svg('path', { d: 'M-4.5 -4.5 4.5 4.5M4.5 -4.5-4.5 4.5', class: 'stroke' }))
  if (state === 'waits') return svg('g', at, svg('circle', { r: 4, class: 'stroke' }))
  return svg('g', at, svg('path', { d: 'M-4.5 0H4.5', class: 'stroke' }))
}

const words = (text: string, x: number, y: number, kind: string): SVGElement =>
  svg('text', { x, y, class: kind, 'dominant-baseline': 'central' }, text)
