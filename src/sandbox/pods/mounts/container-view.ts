import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../../../lib/result.ts'
import type { MountPath } from '../mount-paths.ts'
import { hostFiles } from './host-files.ts'
import type { MountMeans } from './means.ts'
import { isWithin } from './mount-plan.ts'
import type { MountWish } from './mount-tree.ts'
import { mountView, type MountView } from './mount-view.ts'

export interface ContainerViewWish {
  readonly means: MountMeans
  readonly mounts: readonly MountPath[]
  /** Folders that a container needs where they are, whatever it mounts over them. */
  readonly kept: readonly string[]
  /** Whether its `/etc/resolv.conf` can be used: the format has no place for a port. */
  readonly resolves: boolean
  readonly folder: string
  readonly hostname: string
  readonly env: Readonly<Record<string, string>>
}

/** A cache of names asks on behalf of the whole machine. Nobody answers behind this. */
const nameCaches = ['/run/nscd/socket', '/var/run/nscd/socket']
const naming = new Set(['/etc/resolv.conf', '/etc/nsswitch.conf'])

/** Fails with the mount that has no place. */
export function containerView(wish: ContainerViewWish): Result<MountView, string> {
  const { mounts, kept, resolves } = wish
  const volumes = mounts
    .filter(({ from }) => resolves || !naming.has(from))
    .map(({ from, to, readOnly = false, own = false }): MountWish => {
      const kind = statSync(to).isDirectory() ? 'folder' : 'file'
      return { at: from, source: to, kind, readOnly, own: own && kind === 'folder' }
    })
  const caches = nameCaches
    .filter((path) => resolves && hostFiles.look(path) === 'file')
    .map((at): MountWish => ({ at, source: '/dev/null', kind: 'file' }))
  const hidden = kept.filter((path) =>
    volumes.some(({ at }) => isWithin(path, join('/', at).replace(/\/$/, ''))),
  )
  const stays = hidden.map((path): MountWish => ({ at: path, source: path, kind: 'folder' }))
  return mountView({ ...wish, wishes: [...volumes, ...caches, ...stays] })
}
