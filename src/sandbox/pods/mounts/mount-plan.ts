/**
 * How a container comes to its mounts without a change to the machine's own folders. A mount needs a place, and a folder
 * of the machine that lacks one cannot be given it. Such a folder is replaced, for the container alone, by a shell: an
 * empty folder of the pod, in which all that the real one holds is mounted again, beside the place that was lacking.
 */
import { join } from 'node:path'
import { fail, ok, type Result } from '../../../lib/result.ts'
import type { MountNode, MountTree, MountWish } from './mount-tree.ts'

/** What has to be there before anything is mounted; all of it in folders of the pod. */
export type Made =
  { readonly path: string; readonly is: 'folder' | 'file' } | { readonly path: string; readonly link: string }

export interface Bind {
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
  /** Whether it may have gone by now: it is an entry of a folder that others change. */
  readonly optional: boolean
}

export interface MountPlan {
  readonly made: readonly Made[]
  /** In their order. */
  readonly binds: readonly Bind[]
  /** The folder that becomes the root, where the machine's own cannot stay. */
  readonly root?: string
}

/** A node, where it shows, and what of the machine shows there without it. */
interface Spot {
  readonly node: MountNode
  /** As the container names it. */
  readonly path: string
  /** Where it is to be mounted. */
  readonly target: string
  readonly source: string | undefined
  /** Nothing but an empty place is at the target yet. */
  readonly bare: boolean
  readonly own: boolean
}

/** `shells` is a folder of the pod with nothing in it. Fails with the mount that has no place. */
export function mountPlan(tree: MountTree, shells: string): Result<MountPlan, string> {
  const made: Made[] = []
  const binds: Bind[] = []
  const { files } = tree
  const isNewRoot = hidesSources(tree, shells)

  const bind = (source: string, target: string, wish: MountWish | undefined, optional = false): void => {
    binds.push({ source, target, readOnly: wish?.readOnly === true, optional })
  }

  const place = (path: string, node: MountNode): void => {
    made.push({ path, is: node.wish?.kind === 'file' ? 'file' : 'folder' })
  }

  /** Answers what is wrong. */
  const settle = (spot: Spot): string | undefined => {
    const { node, path, target, own } = spot
    const { wish } = node
    const source = wish?.source ?? spot.source
    if (wish?.kind === 'file') {
      bind(wish.source, target, wish)
      return undefined
    }
    const lacking: [string, MountNode][] = []
    for (const [name, child] of node.children) {
      const seen = source === undefined ? undefined : files.look(join(source, name))
      const kind = child.wish?.kind ?? 'folder'
      if (seen === undefined) lacking.push([name, child])
      else if (seen !== kind) return `${path}/${name} is no ${kind}, and a ${kind} is to be mounted there`
    }
    if (own && source !== undefined) {
      for (const [name, child] of lacking) place(join(source, name), child)
      lacking.length = 0
    }
    const isShell = source === undefined || lacking.length > 0 || (path === '' && isNewRoot)
    if (isShell) return shelled(spot, source)
    if (wish !== undefined || spot.bare) bind(source, target, wish)
    for (const [name, child] of node.children) {
      const wrong = settle({
        node: child,
        path: `${path}/${name}`,
        target: join(target, name),
        source: join(source, name),
        bare: false,
        own: child.wish === undefined ? own : child.wish.own === true,
      })
      if (wrong !== undefined) return wrong
    }
    return undefined
  }

  const shelled = ({ node, path, target, own }: Spot, source: string | undefined): string | undefined => {
    const shell = join(shells, path)
    made.push({ path: shell, is: 'folder' })
    for (const name of source === undefined ? [] : shellsFirst(files.list(source), source, shells)) {
      if (source === undefined || node.children.has(name)) continue
      const from = join(source, name)
      const seen = files.look(from)
      if (typeof seen === 'object') made.push({ path: join(shell, name), link: seen.link })
      else if (seen !== undefined) {
        made.push({ path: join(shell, name), is: seen })
        bind(from, join(shell, name), undefined, true)
      }
    }
    for (const [name, child] of node.children) {
      const at = join(shell, name)
      place(at, child)
      const from = source === undefined ? undefined : join(source, name)
      const wrong = settle({
        node: child,
        path: `${path}/${name}`,
        target: at,
        source: from === undefined || files.look(from) === undefined ? undefined : from,
        bare: true,
        own: child.wish === undefined ? own : child.wish.own === true,
      })
      if (wrong !== undefined) return wrong
    }
    if (path !== '' && target !== shell) bind(shell, target, node.wish)
    return undefined
  }

  const wrong = settle({ node: tree.root, path: '', target: '/', source: '/', bare: false, own: false })
  if (wrong !== undefined) return fail(wrong)
  const root = made.some(({ path }) => path === shells) ? { root: shells } : {}
  return ok({ made, binds, ...root })
}

/** Whether a mount in place would cover what another one is made of. Then all of them go below a new root. */
function hidesSources(tree: MountTree, shells: string): boolean {
  const mounts = [...tree.mounts()]
  return mounts.some(({ path, wish }) =>
    [shells, ...mounts.flatMap((one) => (one.wish === wish ? [] : [one.wish.source]))].some((source) =>
      isWithin(source, path),
    ),
  )
}

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`)

/** What holds the shells is mounted before there is anything in them, which would show twice. */
const shellsFirst = (names: readonly string[], folder: string, shells: string): readonly string[] =>
  names.toSorted(
    (a, b) => Number(isWithin(shells, join(folder, b))) - Number(isWithin(shells, join(folder, a))),
  )
