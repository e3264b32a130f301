import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mapPaths, type MountPath } from './mount-paths.ts'
import {
  defaultPage,
  defaultServer,
  listenersOf,
  nginxConfig,
  rewritten,
  type NginxSite,
} from './nginx-config.ts'

/** What an nginx of a pod is started with, and what it will listen on. */
export interface PreparedNginx {
  readonly command: readonly string[]
  readonly listeners: readonly { readonly address: string; readonly port: number }[]
}

/** What its image would have brought: pages of the pod alone, and the configuration as it runs. Makes what is lacking. */
export function nginxMounts(folder: string): readonly MountPath[] {
  const within = (name: string) => join(folder, name)
  const [html, conf, main] = [within('html'), within('conf.d'), within('nginx.conf')]
  for (const path of [html, conf]) mkdirSync(path, { recursive: true })
  const page = join(html, 'index.html')
  if (!existsSync(main)) {
    writeFileSync(page, defaultPage)
    writeFileSync(main, '')
  }
  return [
    { from: '/usr/share/nginx/html', to: html, own: true },
    { from: '/etc/nginx/conf.d', to: conf, own: true },
    { from: '/etc/nginx/nginx.conf', to: main },
  ]
}

/** Writes the configuration of a pod's nginx into its folder, which `nginxMounts` has made. Again, when a mounted one has changed. */
export function prepareNginx(site: NginxSite): PreparedNginx {
  const { folder, mounts } = site
  const conf = join(folder, 'conf.d')
  rmSync(conf, { recursive: true, force: true })
  for (const path of [conf, join(folder, 'tmp')]) mkdirSync(path, { recursive: true })
  const servers = serversOf(site)
  const texts = servers.map(({ name, text }) => {
    const mine = rewritten(text, site)
    writeFileSync(join(conf, name), mine)
    return mine
  })
  const own = textAt(mapPaths('/etc/nginx/nginx.conf', mounts), '/etc/nginx/nginx.conf')
  const main = nginxConfig(site, own)
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, main)
  return {
    command: ['nginx', '-e', 'stderr', '-p', folder, '-c', file],
    // A configuration of the pod's own need not include the servers of the folder: nobody would ever listen for those.
    listeners: [main, ...(own === undefined || own.includes('conf.d') ? texts : [])].flatMap(listenersOf),
  }
}

/** What is mounted at `/etc/nginx/conf.d`, or the one server that an image comes with. */
function serversOf({ mounts }: NginxSite): readonly { readonly name: string; readonly text: string }[] {
  const standard = { name: 'default.conf', text: defaultServer }
  const folder = mapPaths('/etc/nginx/conf.d', mounts)
  if (folder !== '/etc/nginx/conf.d' && existsSync(folder))
    return readdirSync(folder)
      .filter((name) => name.endsWith('.conf') && statSync(join(folder, name)).isFile())
      .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  const single = mapPaths('/etc/nginx/conf.d/default.conf', mounts)
  return [{ ...standard, text: textAt(single, '/etc/nginx/conf.d/default.conf') ?? standard.text }]
}

/** Undefined: nothing is mounted there, and the machine's own is not the pod's. */
function textAt(path: string, unmapped: string): string | undefined {
  return path === unmapped || !existsSync(path) ? undefined : readFileSync(path, 'utf8')
}
