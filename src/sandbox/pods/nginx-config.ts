import { mapPaths, type MountPath } from './mount-paths.ts'
import type { Place } from './workload.ts'

/** Of the pod that an nginx serves. */
export interface NginxSite {
  readonly address: string
  readonly place: Place
  /** Its own folder: pid, temporary files, page. */
  readonly folder: string
  readonly mounts: readonly MountPath[]
  /** A master that is root would hand its workers to a user who cannot read the pod's folder. */
  readonly isRoot: boolean
}

export const defaultPage = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page comes from a pod of a sandbox. Mount a volume at /usr/share/nginx/html to serve your own.</p>
</body>
</html>
`

export const defaultServer = `server {
  listen 80 default_server;
  root /usr/share/nginx/html;
  index index.html;
}
`

/** The configuration around that of the pod. Without one of its own it includes the servers of `conf.d`. */
export function nginxConfig(site: NginxSite, own?: string): string {
  const { folder, isRoot } = site
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${folder}/tmp/${name};`)
    .join('\n')
  const main = `daemon off;
pid ${folder}/nginx.pid;
error_log stderr notice;
${isRoot ? 'user root;\n' : ''}`
  if (own !== undefined) {
    const body = own.replaceAll(/^\s*(?:user|pid|daemon)\s[^;]*;/gm, '')
    return (
      main +
      rewritten(
        body.replace(/\bhttp\s*\{/, (start) => `${start}\n${temporary}`),
        site,
      )
    )
  }
  return `${main}worker_processes 1;
events {}
http {
${temporary}
  types {
    text/html html;
    text/css css;
    text/plain txt;
    text/javascript js;
    application/json json;
    image/png png;
    image/jpeg jpg jpeg;
    image/svg+xml svg;
  }
  default_type application/octet-stream;
  access_log /dev/stdout;
  keepalive_timeout 65;
  include ${folder}/conf.d/*.conf;
}
`
}

/** A pod's configuration as it works on this machine: listeners at the pod's address, paths where its files are. */
export function rewritten(text: string, site: NginxSite): string {
  const own: readonly MountPath[] = [
    { from: '/var/log/nginx/access.log', to: '/dev/stdout' },
    { from: '/var/log/nginx/error.log', to: 'stderr' },
    { from: '/usr/share/nginx/html', to: `${site.folder}/html` },
    { from: '/etc/nginx/conf.d', to: `${site.folder}/conf.d` },
  ]
  const served = site.mounts.filter(({ from }) => from !== '/etc/nginx/conf.d')
  const known = new Set(served.map(({ from }) => from))
  const paths = [...own.filter(({ from }) => !known.has(from)), ...served]
  const hasIpv4 = /\blisten\s+(?!\[)[^;]*;/.test(text)
  return mapPaths(text, paths).replaceAll(
    /(^|[\s;{])listen\s+([^\s;]+)([^;]*);/g,
    (whole, before: string, where: string, rest: string) => {
      if (where.startsWith('unix:')) return whole
      const isIpv6 = where.startsWith('[')
      // A pod has no IPv6 address here; its IPv4 one takes its place where nothing else would listen.
      if (isIpv6 && hasIpv4) return `${before}# no IPv6: listen ${where}\n`
      const port = Number(/(?:^|:)(\d+)$/.exec(where)?.[1] ?? 80)
      const at = site.place(site.address, port)
      return `${before}listen ${at.address}:${at.port}${isIpv6 ? rest.replace(/\s*ipv6only=\w+/, '') : rest};`
    },
  )
}

/** Where it will listen, as the system sees it. */
export const listenersOf = (text: string): readonly { readonly address: string; readonly port: number }[] =>
  [...text.matchAll(/(?:^|[\s;{])listen\s+([\d.]+):(\d+)/g)].map(([, address = '', port]) => ({
    address,
    port: Number(port),
  }))
