import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hash } from '../../lib/hash.ts'
import { fail, ok, type Result } from '../../lib/result.ts'
import type { ConfigSource } from './config-source.ts'
import type { PodSelf } from './fields.ts'
import type { MountPath } from './mount-paths.ts'
import type { Container, Volume } from './objects.ts'
import { volumeContent } from './volume-files.ts'
import { writeVolume } from './volume-folder.ts'

/** What stands in for the file systems of a pod's containers. It is made when it is first needed. */
export interface PodFolder {
  readonly path: string
  /** The folder that a container begins in. */
  root(container: string): string
  /** Brings the volumes of a container up to date, and answers where they are. Fails with what is missing. */
  mount(self: PodSelf, container: Container): Result<readonly MountPath[], string>
  /** Writes what has changed in the sources of volumes that are mounted. */
  refresh(self: PodSelf): void
  remove(): void
}

export interface Resolver {
  readonly nameserver: string
  readonly domain: string
}

export function podFolder(path: string, sources: ConfigSource, resolver: Resolver | undefined): PodFolder {
  const mounted = new Map<string, Volume>()
  const volumePath = (name: string) => join(path, 'volumes', name)
  const root = (container: string) => join(path, 'root', container)

  const fill = (volume: Volume, self: PodSelf): Result<string, string> => {
    const content = volumeContent(volume, self, sources)
    if (!content.ok) return fail(`MountVolume.SetUp failed for volume "${volume.name}" : ${content.error}`)
    if (content.value.is === 'folder') return ok(content.value.path)
    const folder = volumePath(volume.name)
    mkdirSync(folder, { recursive: true })
    if (content.value.is === 'files') {
      const { files } = content.value
      const version = hash(
        [JSON.stringify(files.map(({ path, content, mode }) => [path, mode, content.toString('base64')]))],
        12,
      )
      try {
        writeVolume(folder, files, version)
      } catch (error) {
        return fail(`MountVolume.SetUp failed for volume "${volume.name}" : ${(error as Error).message}`)
      }
    }
    return ok(folder)
  }

  return {
    path,
    root(container) {
      const folder = root(container)
      if (existsSync(folder)) return folder
      mkdirSync(join(folder, 'etc'), { recursive: true })
      mkdirSync(join(folder, 'tmp'))
      if (resolver !== undefined)
        writeFileSync(join(folder, 'etc', 'resolv.conf'), resolverText(resolver, path))
      return folder
    },
    mount(self, container) {
      const { volumes = [] } = self.pod.spec ?? {}
      const etc = join(this.root(container.name), 'etc', 'resolv.conf')
      const mounts: MountPath[] = resolver === undefined ? [] : [{ from: '/etc/resolv.conf', to: etc }]
      for (const { name, mountPath, subPath = '' } of container.volumeMounts ?? []) {
        const volume = volumes.find((one) => one.name === name)
        if (volume === undefined)
          return fail(`volume "${name}" of container ${container.name} is not in the pod`)
        const folder = fill(volume, self)
        if (!folder.ok) return folder
        mounted.set(name, volume)
        if (subPath.startsWith('/') || subPath.split('/').includes('..'))
          return fail(`subPath "${subPath}" of volume "${name}" leads out of it`)
        const to = join(folder.value, subPath)
        if (subPath !== '' && volume.emptyDir !== undefined) mkdirSync(to, { recursive: true })
        mounts.push({ from: mountPath, to })
        linkInto(this.root(container.name), mountPath, to)
      }
      return ok(mounts)
    },
    refresh(self) {
      // What has gone meanwhile stays as it was, as in a real pod.
      for (const volume of mounted.values()) fill(volume, self)
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** For people who look around: the mounted path, seen from the container's folder. */
function linkInto(root: string, mountPath: string, to: string): void {
  // Above the root there is the root again, as in every file system.
  const link = join(root, join('/', mountPath))
  if (existsSync(link)) return
  try {
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(to, link)
  } catch {
    // One mount lies inside another: that one is reached by its own path.
  }
}

const resolverText = ({ nameserver, domain }: Resolver, path: string): string => {
  const namespace = path.split('/').at(-1)?.split('_')[0] ?? 'default'
  return `search ${namespace}.svc.${domain} svc.${domain} ${domain}\nnameserver ${nameserver}\noptions ndots:5\n`
}
