import { spawnSync } from 'node:child_process'

/** Asks the system without any of what is tested. False: it lets mounts be, by root or in a namespace of users. */
export function whyNoMounts(
  way: 'root' | 'user' = process.getuid?.() === 0 ? 'root' : 'user',
): string | false {
  if (process.platform !== 'linux') return 'only Linux has namespaces of mounts'
  const users = way === 'root' ? [] : ['--user', '--map-root-user']
  const trial = [...users, '--mount', 'mount', '--bind', '/etc/passwd', '/etc/passwd']
  const { status, stderr, error } = spawnSync('unshare', trial, { encoding: 'utf8' })
  return status === 0 ? false : `nothing can be mounted here: ${error?.message ?? stderr}`
}
