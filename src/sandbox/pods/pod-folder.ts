import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hash } from '../../lib/hash.ts'
import { fail, ok, type Result } from '../../lib/result.ts'
import type { ConfigSource } from './config-source.ts'
import type { PodSelf } from './fields.ts'
import type { MountPath } from './mount-paths.ts'
import type { Container, Volume } from './objects.ts'
import { hostnameOf, hostsText, nsswitchText, resolvText, type Resolver } from './identity-files.ts'
import { isWithin } from './mounts/mount-plan.ts'
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

/** Undefined `resolver`: nobody of the sandbox answers names. */
export function podFolder(path: string, sources: ConfigSource, resolver: Resolver | undefined): PodFolder {
  const mounted = new Map<string, Volume>()
  const volumePath = (name: string) => join(path, 'volumes', name)
  const root = (container: string) => join(path, 'root', container)

  const fill = (volume: Volume, self: PodSelf): Result<MountPath, string> => {
    const refuse = (why: string) => fail(`MountVolume.SetUp failed for volume "${volume.name}" : ${why}`)
    const content = volumeContent(volume, self, sources)
    if (!content.ok) return refuse(content.error)
    if (content.value.is === 'folder') {
      const { path: to, make } = content.value
      try {
        if (make) mkdirSync(to, { recursive: true })
        statSync(to)
      } catch (error) {
        return refuse(`hostPath ${to}: ${(error as Error).message}`)
      }
      return ok({ from: '', to })
    }
    const to = volumePath(volume.name)
    mkdirSync(to, { recursive: true })
    if (content.value.is === 'empty') return ok({ from: '', to, own: true })
    const { files } = content.value
    const version = hash(
      [JSON.stringify(files.map(({ path, content, mode }) => [path, mode, content.toString('base64')]))],
      12,
    )
    try {
      writeVolume(to, files, version)
    } catch (error) {
      return refuse((error as Error).message)
    }
    return ok({ from: '', to, readOnly: true })
  }

  /** Writes what a pod knows of itself, once. */
  const identity = (self: PodSelf, container: string): readonly MountPath[] => {
    const etc = join(root(container), 'etc')
    const texts = identityTexts(self, resolver)
    if (!existsSync(etc)) {
      mkdirSync(etc, { recursive: true })
      mkdirSync(join(root(container), 'tmp'), { recursive: true })
      for (const [name, text] of Object.entries(texts)) writeFileSync(join(etc, name), text)
    }
    return Object.keys(texts).map((name) => ({ from: `/etc/${name}`, to: join(etc, name) }))
  }

  return {
    path,
    root,
    mount(self, container) {
      const { volumes = [] } = self.pod.spec ?? {}
      const mounts: MountPath[] = [...identity(self, container.name)]
      for (const { name, mountPath, subPath = '', readOnly = false } of container.volumeMounts ?? []) {
        const volume = volumes.find((one) => one.name === name)
        if (volume === undefined)
          return fail(`volume "${name}" of container ${container.name} is not in the pod`)
        const filled = fill(volume, self)
        if (!filled.ok) return filled
        mounted.set(name, volume)
        if (subPath.startsWith('/') || subPath.split('/').includes('..'))
          return fail(`subPath "${subPath}" of volume "${name}" leads out of it`)
        const to = join(filled.value.to, subPath)
        if (subPath !== '' && volume.emptyDir !== undefined) mkdirSync(to, { recursive: true })
        if (!existsSync(to))
          return fail(`failed to prepare subPath for volumeMount "${name}": no ${subPath} in it`)
        if (!mounts.some(({ from }) => isWithin(mountPath, from)))
          linkInto(root(container.name), mountPath, to)
        mounts.push({
          ...filled.value,
          ...(readOnly ? { readOnly, own: false } : {}),
          from: mountPath,
          to,
        })
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

/**
 * For people who look around: the mounted path, seen from the container's folder. Never for one inside of another, whose
 * link would be written into that volume.
 */
function linkInto(root: string, mountPath: string, to: string): void {
  // Above the root there is the root again, as in every file system.
  const link = join(root, join('/', mountPath))
  if (existsSync(link)) return
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(to, link)
}

function identityTexts(self: PodSelf, resolver: Resolver | undefined): Readonly<Record<string, string>> {
  const texts = {
    hosts: hostsText(self, resolver?.domain ?? 'cluster.local'),
    hostname: `${hostnameOf(self)}\n`,
  }
  if (resolver === undefined) return texts
  return {
    ...texts,
    'resolv.conf': resolvText(self, resolver, textAt('/etc/resolv.conf')),
    'nsswitch.conf': nsswitchText(textAt('/etc/nsswitch.conf')),
  }
}

/** Of this machine; empty where there is none. */
function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
