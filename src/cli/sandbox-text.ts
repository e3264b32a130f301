import type { Paint } from '../plan/render-view.ts'
import type { Broken } from '../sandbox/chaos/mischief.ts'
import type { SandboxFacts, SandboxState } from '../sandbox/facts.ts'
import { columns } from './print.ts'
import { shellWord } from './shell-word.ts'

/** What runs where. */
export function factsText(facts: SandboxFacts, paint: Paint): string {
  const { layout } = facts
  const rows = [
    ['API server', facts.server],
    ...layout.nodes.map(({ name, address, podRange }) => [name, `${address}, pods ${podRange}`]),
    ['Services', layout.serviceRange],
    ...(facts.dns === undefined ? [] : [['DNS', facts.dns]]),
    ['load balancers', `${layout.pool} (${facts.provider})`],
    ...(facts.volumes === undefined ? [] : [['volumes', volumesText(facts.volumes)]]),
    ...(facts.page === undefined ? [] : [['page', facts.page]]),
    ['kubeconfig', facts.kubeconfig],
    ['log', facts.log],
  ]
  const told = columns(rows.map(([what = '', where = '']) => [paint('dim', what.padEnd(14)), where]))
  return [told, ...facts.advice.map((line) => paint('warning', line))]
    .map((part) => `${indented(part)}\n`)
    .join('')
}

const volumesText = (volumes: NonNullable<SandboxFacts['volumes']>): string =>
  volumes === 'mounted'
    ? 'mounted, for each pod alone'
    : `not mounted: their paths are mapped in commands (${volumes.mapped})`

/** What to type next; with manifests in it, there is something to look at already. */
export function nextText(
  { kubeconfig, firstAddress: { address, port } }: SandboxFacts,
  applied: boolean,
  paint: Paint,
): string {
  const at = `http://${address}${port === 80 ? '' : `:${port}`}`
  const lines = [
    `export KUBECONFIG=${shellWord(kubeconfig)}`,
    applied
      ? 'kubectl get pods,services -o wide'
      : 'kubectl create deployment hello --image=echo --port=80 --replicas=2 && kubectl expose deployment hello --type=LoadBalancer',
  ]
  return [
    `\n${paint('heading', 'Type next, in a terminal:')}\n${indented(lines.join('\n'))}\n`,
    applied ? '' : `Then one of the two pods answers "curl ${at}".\n`,
  ].join('')
}

export function stateText(state: SandboxState, paint: Paint): string {
  const { name, pid, since, nodes, pods, services, lacks, broken } = state
  const nodeRows = nodes.map(({ name, address, podRange, status }) => [name, address, podRange, status])
  const serviceRows = services.map((service) => [
    `${service.namespace}/${service.name}`,
    service.addresses.join(',') || '<pending>',
    service.ports.join(','),
    service.ready ? 'serves' : (service.message ?? 'pending'),
  ])
  return [
    `${paint('heading', `sandbox ${name}`)} process ${pid}, since ${new Date(since).toISOString()}\n`,
    factsText(state, paint),
    `\n${paint('heading', 'Nodes')}\n${indented(columns(nodeRows))}\n`,
    `\n${paint('heading', 'Pods')} ${pods.running} of ${pods.all} running\n`,
    `\n${paint('heading', 'Services of type LoadBalancer')}\n${
      serviceRows.length === 0 ? '  none' : indented(columns(serviceRows))
    }\n`,
    ...(reachedText(state) === ''
      ? []
      : [
          `\n${paint('heading', 'Names, which only the DNS of the sandbox knows')}\n${indented(reachedText(state))}\n`,
        ]),
    ...((state.moved ?? []).length === 0
      ? []
      : [`\n${paint('heading', 'Elsewhere')}\n${indented((state.moved ?? []).join('\n'))}\n`]),
    ...(broken.length === 0
      ? []
      : [`\n${paint('warning', 'Broken on purpose')}\n${indented(brokenText(broken))}\n`]),
    ...(lacks.length === 0 ? [] : [`\n${paint('warning', 'Lacking')}\n${indented(lacks.join('\n'))}\n`]),
  ].join('')
}

/** How a name is looked up and used on this machine, to be typed as it stands. */
function reachedText({ services, dns = '' }: SandboxState): string {
  const [server = '', port] = dns.split(':')
  const all = services.flatMap(({ reached = [] }) => reached)
  return [
    ...new Set(all.map(({ name }) => `dig @${server}${port === '53' ? '' : ` -p ${port}`} +short ${name}`)),
    ...all.map(
      ({ name, port, at }) =>
        `curl --connect-to ${name}:${port}:${at.address}:${at.port} http://${name}${port === 80 ? '' : `:${port}`}`,
    ),
  ].join('\n')
}

/** How it is broken, since when, and how it is mended; a line each. */
export const brokenText = (broken: readonly Broken[]): string =>
  columns(
    broken.map(({ what, how, since }) => [
      how,
      `since ${new Date(since).toISOString().slice(11, 19)} UTC`,
      `mend it: sandbox chaos ${what} --undo`,
    ]),
  )

export const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')
