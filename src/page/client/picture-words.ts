import type { PathListener, PathNode, PathPod, TrafficPath } from '../traffic-path.ts'
import { groupsOf } from './picture-groups.ts'
import { counted } from './words.ts'

/** More names than this are a number. */
const mostNames = 5

/** The picture in a few sentences, for who cannot see it. `headless`: its name stands for the pods themselves. */
export function sentenceOf(path: TrafficPath, policy: 'Cluster' | 'Local', headless = false): string {
  const { listeners, nodes, pods } = path
  const sentences: string[] = []
  const ways = listeners.map(
    ({ address, port, protocol, failure }) =>
      `${address} port ${port}/${protocol}${failure === undefined ? '' : ` (not served: ${failure})`}`,
  )
  if (ways.length > 0) sentences.push(`Clients reach ${listed(ways)}.`)
  else if (headless) sentences.push('It has no address of its own: its name leads to the pods.')
  else sentences.push('There is no listener yet.')
  if (nodes.length > 0) {
    const idle = policy === 'Local' && pods !== undefined
    const sick = nodes.filter(
      ({ name, healthy }) => healthy === false && !(idle && pods.every(({ node }) => node !== name)),
    )
    const checked = nodes.some(({ healthy }) => healthy !== undefined)
    const well = nodes.filter(({ healthy }) => healthy === true).length
    if (checked) sentences.push(`${well} of ${counted(nodes.length, 'node')} healthy.`)
    else sentences.push(`Behind: ${counted(nodes.length, 'node')}, whose health nobody checks.`)
    if (sick.length > 0)
      sentences.push(
        `Not healthy: ${listed(sick.map(({ name, reason }) => (reason === undefined ? name : `${name} (${reason})`)))}.`,
      )
  }
  if (pods !== undefined) {
    const ready = pods.filter((pod) => pod.ready).length
    sentences.push(
      pods.length === 0 ? 'It has no pods.' : `${ready} of ${counted(pods.length, 'pod')} ready.`,
    )
    if (nodes.length > 1 && pods.length > 0)
      sentences.push(
        policy === 'Local'
          ? 'Traffic stays on the node that it came to, and nodes without pods get none.'
          : 'Each node passes on to all ready pods.',
      )
  }
  return sentences.join(' ')
}

function listed(texts: readonly string[]): string {
  const named = texts.slice(0, mostNames)
  const more = texts.length - named.length
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

export interface TableLine {
  readonly what: string
  readonly name: string
  readonly address: string
  readonly state: string
}

/** The picture line by line. */
export function tableOf(path: TrafficPath): readonly TableLine[] {
  const { groups, left } = groupsOf(path)
  return [
    ...path.listeners.map(listenerLine),
    ...groups.flatMap(({ node, pods }) => [
      ...(node === undefined ? [] : [nodeLine(node)]),
      ...pods.map(podLine),
    ]),
    ...left.map(nodeLine),
  ]
}

const listenerLine = ({
  address,
  port,
  protocol,
  reachedAt,
  failure,
  counters,
}: PathListener): TableLine => ({
  what: 'listener',
  name: `${port}/${protocol}`,
  address: reachedAt ?? address,
  state:
    failure ??
    (counters === undefined ? 'serves' : `serves, ${counters.open} open, ${counters.accepted} in all`),
})

const nodeLine = ({ name, address, healthy, reason }: PathNode): TableLine => ({
  what: 'node',
  name,
  address,
  state: `${healthWord(healthy)}${reason === undefined ? '' : `: ${reason}`}`,
})

const podLine = ({ name, address, ready, status, node }: PathPod): TableLine => {
  const more = status === undefined || status === 'Running' ? '' : `, ${status}`
  return {
    what: 'pod',
    name,
    address,
    state: `${ready ? 'ready' : 'not ready'}${more}${node === '' ? '' : `, on ${node}`}`,
  }
}

export const healthWord = (healthy: boolean | undefined): string =>
  healthy === undefined ? 'not checked' : healthy ? 'healthy' : 'not healthy'
