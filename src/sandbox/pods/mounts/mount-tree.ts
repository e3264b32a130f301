import { join } from 'node:path'
import { fail, ok, type Result } from '../../../lib/result.ts'

/** What a container is to find at a path. */
export interface MountWish {
  /** As the container names it: absolute. */
  readonly at: string
  /** Where it really is. */
  readonly source: string
  readonly kind: 'folder' | 'file'
  readonly readOnly?: boolean
  /** The folder is the pod's own: a place for another mount within it is made there. */
  readonly own?: boolean
}

/** The files of this machine, looked at and never changed. */
export interface HostFiles {
  /** Undefined: nothing is there, or this user may not know. */
  look(path: string): 'folder' | 'file' | { readonly link: string } | undefined
  /** The names in a folder; none where this user may not know. */
  list(path: string): readonly string[]
}

export interface MountNode {
  readonly wish?: MountWish
  readonly children: Map<string, MountNode>
}

/** As many links as Linux follows in one path. */
const mostLinks = 40

const partsOf = (path: string): readonly string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.')

export const pathOf = (parts: readonly string[]): string => `/${parts.join('/')}`

/** What a container sees of the machine's files, with mounts over them. */
export class MountTree {
  readonly files: HostFiles
  root: MountNode = { children: new Map() }

  constructor(files: HostFiles) {
    this.files = files
  }

  /** Puts mounts over what is there, those further up first. Fails with the one that has no place. */
  static of(wishes: readonly MountWish[], files: HostFiles): Result<MountTree, string> {
    const tree = new MountTree(files)
    const upFirst = wishes.toSorted((a, b) => partsOf(a.at).length - partsOf(b.at).length)
    for (const wish of upFirst) {
      const place = tree.place(wish.at)
      if (!place.ok) return place
      if (place.value.length === 0) return fail(`a volume cannot be mounted at ${wish.at}`)
      tree.#set(place.value, wish)
    }
    return ok(tree)
  }

  /** Where a path leads when its links are followed. Fails where it goes on behind a file, or round in circles. */
  place(path: string): Result<readonly string[], string> {
    const todo = [...partsOf(path)]
    let done: string[] = []
    let links = 0
    for (let part = todo.shift(); part !== undefined; part = todo.shift()) {
      if (part === '..') {
        done.pop()
        continue
      }
      const there = this.#sourceOf([...done, part])
      const seen = there === undefined ? undefined : this.files.look(there)
      if (typeof seen === 'object') {
        if (++links > mostLinks) return fail(`${path} has too many links`)
        if (seen.link.startsWith('/')) done = []
        todo.unshift(...partsOf(seen.link))
        continue
      }
      done.push(part)
      if (seen === 'file' && todo.length > 0) return fail(`${path}: ${pathOf(done)} is a file`)
    }
    return ok(done)
  }

  /** Where on this machine a container's path is. It may be that nothing is there. */
  find(path: string): string | undefined {
    const place = this.place(path)
    return place.ok ? this.#sourceOf(place.value) : undefined
  }

  /** All that is mounted, and where. */
  *mounts(): Generator<{ readonly path: string; readonly wish: MountWish }> {
    const open: [path: string, node: MountNode][] = [['', this.root]]
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const [path, { wish, children }] = one
      if (wish !== undefined) yield { path, wish }
      for (const [name, child] of children) open.push([`${path}/${name}`, child])
    }
  }

  #sourceOf(parts: readonly string[]): string | undefined {
    let node: MountNode | undefined = this.root
    let source: string | undefined = '/'
    for (const part of parts) {
      node = node?.children.get(part)
      source = node?.wish?.source ?? (source === undefined ? undefined : join(source, part))
    }
    return source
  }

  #set(parts: readonly string[], wish: MountWish): void {
    let node = this.root
    for (const [index, part] of parts.entries()) {
      const before = node.children.get(part) ?? { children: new Map<string, MountNode>() }
      const next = index === parts.length - 1 ? { ...before, wish } : before
      node.children.set(part, next)
      node = next
    }
  }
}
