import type { AnnotationTable, Setting } from '../../src/model/annotations.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { note, type Problem } from '../../src/model/problem.ts'
import { liveAnnotations } from './annotations-live.ts'
import type { Wish } from './wish.ts'

/**
 * What is planned here and not carried out by `run` so far, told at its key. Found by reading each setting again with the
 * table of `run`: what that table does not take, `run` does not do.
 */
export function planOnly(wish: Pick<Wish, 'lb' | 'layout'>): readonly Problem[] {
  const { lb } = wish
  return [
    ...Object.entries(lb.settings).flatMap(([name, setting]) =>
      setting === undefined ? [] : refusalOf(name, setting),
    ),
    ...Object.entries(lb.keyed).flatMap(([name, settings]) =>
      Object.values(settings).flatMap((setting) => refusalOf(name, setting)),
    ),
    ...byClass(wish),
  ]
}

const told = (path: string, why: string, value: string): Problem =>
  note('LB_PLAN_ONLY', path, `this is planned, but run does not carry it out yet: ${why}`, { value })

function refusalOf(name: string, { raw, path, key }: Setting<unknown>): readonly Problem[] {
  const table: AnnotationTable = liveAnnotations
  const row = table[name]
  if (row === undefined) return []
  const { verdict } = row
  if (verdict.is !== 'implemented') {
    if (verdict.harmless?.includes(raw.trim().toLowerCase()) === true) return []
    return [told(path, verdict.why, raw)]
  }
  const type = key === row.portable?.key ? row.portable.type : row.type
  const parsed = type.parse(raw)
  return parsed.ok ? [] : [told(path, whyOf(parsed.error.message), raw)]
}

/** `"ip" is not supported: pods ...` says in its second half why. */
const whyOf = (message: string): string => message.replace(/^.*? is not supported: /, '')

/** A class that another controller's Services bear. */
function byClass({ lb, layout }: Pick<Wish, 'lb' | 'layout'>): readonly Problem[] {
  const asked: LoadBalancer['settings'][string] = lb.settings['type']
  if (lb.loadBalancerClass === undefined || layout.style === 'nodes' || asked !== undefined) return []
  const why = 'it leaves Services of this class to the AWS Load Balancer Controller'
  return [told('spec.loadBalancerClass', why, lb.loadBalancerClass)]
}
