/** A path that a container believes to have, and where it really is. */
export interface MountPath {
  readonly from: string
  readonly to: string
  readonly readOnly?: boolean
  /** A folder that is the pod's own. */
  readonly own?: boolean
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/**
 * Puts real paths in the place of mounted ones, wherever they stand in a text as a whole path or its beginning. Where nothing
 * can be mounted, that is how a command finds its files.
 */
export function mapPaths(text: string, mounts: readonly MountPath[]): string {
  const usable = mounts.filter(({ from }) => from.length > 1)
  if (usable.length === 0) return text
  const byPath = new Map(usable.map(({ from, to }) => [from.replace(/\/+$/, ''), to]))
  const longestFirst = [...byPath.keys()].toSorted((a, b) => b.length - a.length)
  const pattern = new RegExp(`(?<![\\w./-])(${longestFirst.map(escaped).join('|')})(?![\\w.-])`, 'g')
  return text.replaceAll(pattern, (path) => byPath.get(path) ?? path)
}

/** `0.0.0.0` is all addresses of a machine that a pod does not have for itself: its own is meant. */
export const mapAnyAddress = (text: string, address: string): string =>
  text.replaceAll(/(?<![\d.])0\.0\.0\.0(?![\d.])/g, address)
