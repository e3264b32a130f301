import { isDeepStrictEqual } from 'node:util'
import { type Adoptee, type AdoptPlan, laterOf } from '../controller/adopt-plan.ts'
import { isObject } from '../lib/json.ts'
import { acceptedAnnotation, finalizer } from '../model/claim.ts'
import { renderPlan, type About } from '../plan/render.ts'
import type { Paint } from '../plan/render-view.ts'
import type { Step } from '../plan/plan.ts'
import type { Adoption } from '../provider/adoption.ts'
import { plural } from '../report/report.ts'

/** An object of the cluster that a peer made for a Service and nobody needs after the takeover. */
export interface Leftover {
  readonly type: string
  readonly namespace: string
  readonly name: string
  readonly service: string
}

interface Shown {
  readonly plan: AdoptPlan
  readonly adoption: Adoption
  readonly leftovers: readonly Leftover[]
  /** Services were named: then also those are told of that nobody else serves. */
  readonly asked: boolean
}

/** What a person reads before saying yes. */
export function adoptText({ plan, adoption, leftovers, asked }: Shown, paint: Paint): string {
  const { ready, blocked, marks, later } = plan
  const inTheWay = blocked.filter(({ isTraced }) => asked || isTraced)
  if (ready.length + inTheWay.length === 0) return 'Nothing of another controller was found.\n'
  const sections: string[] = []
  if (ready.length > 0) {
    sections.push(
      paint('heading', 'Becomes ours: tags are written on these objects, and nothing else of them changes'),
    )
    const bodies = new Set(plan.shared.flatMap(({ seen }) => (seen.body === 'foreign' ? [seen.id] : [])))
    sections.push(
      render(
        marks.map((step) => brief(step, bodies)),
        ready.map((one) => aboutReady(one, adoption)),
        paint,
      ),
    )
    sections.push(onServices(ready, adoption))
    sections.push(paint('heading', 'After that, once it runs, the controller would change'))
    sections.push(render(later.map(bare), [], paint))
  }
  if (inTheWay.length > 0) {
    sections.push(paint('heading', 'Is not taken over'))
    sections.push(
      inTheWay.length === 0
        ? ''
        : render(
            [],
            inTheWay.map((one) => aboutBlocked(one, adoption)),
            paint,
          ),
    )
  }
  if (leftovers.length > 0) sections.push(leftoverText(leftovers, paint))
  if (ready.length > 0)
    sections.push(
      'The way back, until then and after: docs/guide/move-from-another-controller.md, "Back again".',
    )
  sections.push(summary(plan, inTheWay.length))
  return `${sections.join('\n\n')}\n`
}

function render(steps: readonly Step[], about: readonly About[], paint: Paint): string {
  const text = renderPlan({ provider: '', steps, problems: [] }, { about, paint })
  // The summary of a plan counts changes, which are none here: what there is to say is said below.
  return text.trimEnd().split('\n').slice(0, -1).join('\n').trimEnd() || '  nothing'
}

const problemsOf = ({ problems }: Adoptee) => problems.map((problem) => ({ problem }))

const aboutReady = (one: Adoptee, { peers }: Adoption): About => ({
  owner: one.owner,
  note: `from ${peers[one.peer ?? '']?.title ?? one.peer}; ${addressOf(one)} stays`,
  problems: problemsOf(one),
})

const aboutBlocked = (one: Adoptee, { peers }: Adoption): About => ({
  owner: one.owner,
  note:
    one.peer === undefined
      ? 'nothing was found that another controller made for it'
      : `made by ${peers[one.peer]?.title ?? one.peer}`,
  problems: problemsOf(one),
})

function addressOf({ takes, service }: Adoptee): string {
  const [entry] = service.status?.loadBalancer?.ingress ?? []
  const dns = takes.flatMap(({ seen }) => seen.out['dns'] ?? [])[0]
  return entry?.hostname ?? entry?.ip ?? dns ?? 'no address yet'
}

/** What is written in the cluster. */
function onServices(ready: readonly Adoptee[], { peers }: Adoption): string {
  const gone = ready.flatMap(({ peer, service }) =>
    (peers[peer ?? '']?.finalizers ?? []).filter((one) => service.metadata.finalizers?.includes(one)),
  )
  const taken = [...new Set(gone)].map((one) => `; the finalizer ${one} is taken off`).join('')
  return `On each Service: the annotation ${acceptedAnnotation} and the finalizer ${finalizer}${taken}.`
}

/**
 * The tags that say whose it is are the same on all: the one that says what it is stands for them. `bodies`: ids of
 * objects that are nobody's, in which only parts become ours.
 */
function brief(step: Step, bodies: ReadonlySet<string>): Step {
  const { target = '', fields = [], parts = [], why } = step
  return {
    ...step,
    why: bodies.has(target) ? `only these rules, ${why}` : `${why}: ${target}`,
    fields: fields.filter(({ path }) => path.endsWith('/key')),
    parts: parts.map(({ before: _before, after: _after, ...part }) => part),
  }
}

/** That nothing is carried out now needs no saying. Of a part that changes, what changes. */
function bare({ hold: _hold, parts = [], ...step }: Step): Step {
  return {
    ...step,
    parts: parts.map((part) => {
      const { before, after } = part
      if (!isObject(before) || !isObject(after)) return part
      const changed = Object.entries(after).filter(
        ([field, value]) => !isDeepStrictEqual(before[field], value),
      )
      return { ...part, after: Object.fromEntries(changed) }
    }),
  }
}

const leftoverText = (leftovers: readonly Leftover[], paint: Paint): string =>
  [
    paint(
      'heading',
      'Left in the cluster, needed by nobody after that; while the other controller is stopped:',
    ),
    ...leftovers.flatMap(({ type, namespace, name }) => [
      `  kubectl -n ${namespace} patch ${type} ${name} --type=merge -p '{"metadata": {"finalizers": null}}'`,
      `  kubectl -n ${namespace} delete ${type} ${name}`,
    ]),
  ].join('\n')

const summary = ({ ready, marks, later }: AdoptPlan, blocked: number): string =>
  [
    `${plural(ready.length, 'Service')} to take over`,
    `${plural(marks.length, 'object')} to mark`,
    `${plural(later.length, 'change')} after that`,
    ...(blocked === 0 ? [] : [`${blocked} not taken over`]),
  ].join(', ')

export const adoptJson = (plan: AdoptPlan, leftovers: readonly Leftover[]) => ({
  services: [...plan.ready, ...plan.blocked].map((one) => ({
    service: one.owner.name,
    uid: one.owner.uid,
    from: one.peer ?? null,
    takenOver: plan.ready.includes(one),
    address: addressOf(one),
    problems: one.problems,
    later: laterOf(plan, one).length,
  })),
  marks: plan.marks,
  later: plan.later.map(({ hold: _hold, ...step }) => step),
  leftovers,
})
