/** What stands in for an image on this machine. */
export type Runs =
  | { readonly is: 'echo'; readonly ports: readonly number[]; readonly udpPorts?: readonly number[] }
  | { readonly is: 'nginx' }
  | { readonly is: 'pause' }
  /** `serves`: it listens on its container's ports, and is not begun before it does. */
  | { readonly is: 'command'; readonly command: readonly string[]; readonly serves?: boolean }

export interface ImageRow {
  /** Without registry, `library/` and tag; any tag will do. A star stands for any path in front. */
  readonly names: readonly string[]
  readonly runs: Runs
  /** For people. */
  readonly what: string
}

const echo = (
  ports: readonly number[],
  names: readonly string[],
  udpPorts: readonly number[] = [],
): ImageRow => ({
  names,
  runs: { is: 'echo', ports, udpPorts },
  what: `echo server in process (port ${ports.join(', ')} where the container names none)`,
})

/** All images that the sandbox knows. Anything else needs a command. */
export const imageTable: readonly ImageRow[] = [
  {
    names: ['nginx', '*/nginx', '*/nginxhttps'],
    runs: { is: 'nginx' },
    what: "nginx of this machine, at the pod's address",
  },
  echo(
    [8080],
    ['echo', '*/echo', 'echoserver', '*/echoserver', '*/http-https-echo', '*/hello-app', 'hello-app'],
  ),
  echo([8080], ['agnhost', '*/agnhost', 'netexec', '*/netexec'], [8081]),
  echo([5678], ['*/http-echo']),
  echo([80], ['*/whoami', '*/echo-server', 'httpd', '*/httpbin', '*/hello-world']),
  { names: ['pause', '*/pause'], runs: { is: 'pause' }, what: 'nothing: it only waits' },
  {
    names: ['busybox', '*/busybox', '*/busyboxplus', 'alpine', 'debian', 'ubuntu', 'bash', '*/bash'],
    runs: { is: 'command', command: ['sh'] },
    what: 'sh of this machine',
  },
  {
    names: ['curl', '*/curl', '*/jessie-dnsutils', '*/dnsutils', '*/netshoot', '*/wget'],
    runs: { is: 'command', command: ['sh'] },
    what: 'sh of this machine, with curl and nslookup',
  },
  {
    names: ['python'],
    runs: { is: 'command', command: ['python3'] },
    what: 'python3 of this machine',
  },
  { names: ['node'], runs: { is: 'command', command: ['node'] }, what: 'node of this machine' },
]

export interface ImageName {
  /** Without registry, `library/`, tag and digest. */
  readonly repository: string
  readonly tag: string
}

const imageText =
  /^((?:[a-z0-9][a-z0-9._-]*(?::\d+)?\/)*)([a-z0-9][a-z0-9._-]*)(?::(\w[\w.-]{0,127}))?(?:@[\w+.-]+:[0-9a-f]+)?$/

/** Undefined: no image can be called that. */
export function parseImage(text: string): ImageName | undefined {
  const match = imageText.exec(text)
  if (match === null) return undefined
  const [, path = '', last = '', tag = 'latest'] = match
  const parts = [...path.split('/').slice(0, -1), last]
  const [first = ''] = parts
  const isRegistry = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost')
  const rest = isRegistry ? parts.slice(1) : parts
  return { repository: (rest[0] === 'library' ? rest.slice(1) : rest).join('/'), tag }
}

const isNamed = (name: string, repository: string): boolean =>
  name.startsWith('*/') ? repository.endsWith(name.slice(1)) : repository === name

export const imageRow = (repository: string): ImageRow | undefined =>
  imageTable.find(({ names }) => names.some((name) => isNamed(name, repository)))
