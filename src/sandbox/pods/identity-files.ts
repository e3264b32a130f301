import type { PodSelf } from './fields.ts'
import type { PodDnsConfig } from './objects.ts'

export interface Resolver {
  /** With a port where it is not 53. */
  readonly nameserver: string
  readonly domain: string
}

/** More than so many servers no resolver asks. */
const mostServers = 3

export const hostnameOf = ({ pod: { metadata, spec } }: PodSelf): string =>
  // As long as a name of DNS may be.
  (spec?.hostname ?? metadata.name).slice(0, 63).replace(/[-.]+$/, '')

/** The file of names that a pod has for itself. `localhost` is the pod: it shares 127.0.0.1 with the whole machine. */
export function hostsText(self: PodSelf, domain: string): string {
  const { metadata, spec } = self.pod
  const [address = '127.0.0.1'] = self.ips
  const name = hostnameOf(self)
  const full =
    spec?.subdomain === undefined
      ? ''
      : `${name}.${spec.subdomain}.${metadata.namespace ?? 'default'}.svc.${domain} `
  const aliases = (spec?.hostAliases ?? []).map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}`)
  return [
    '# Made by the sandbox.',
    `${address}\tlocalhost`,
    `${address}\t${full}${name}`,
    ...(aliases.length === 0 ? [] : ['# From hostAliases of the pod.', ...aliases]),
    '',
  ].join('\n')
}

/**
 * Who is asked for names, as `dnsPolicy` and `dnsConfig` of the pod say. The cluster's server refuses names that are not
 * of the cluster; a resolver that is refused asks the next server, which is the machine's own.
 */
export function resolvText({ pod }: PodSelf, { nameserver, domain }: Resolver, host: string): string {
  const { metadata, spec = {} } = pod
  const { namespace = 'default' } = metadata
  const { dnsPolicy = 'ClusterFirst', dnsConfig = {} } = spec
  const machine = wordsOf(host)
  const isCluster =
    dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && spec.hostNetwork !== true)
  const before: PodDnsConfig = isCluster
    ? {
        nameservers: [nameserver, ...machine('nameserver')],
        searches: [`${namespace}.svc.${domain}`, `svc.${domain}`, domain],
        options: [{ name: 'ndots', value: '5' }],
      }
    : dnsPolicy === 'None'
      ? {}
      : { nameservers: machine('nameserver'), searches: machine('search') }
  const own = dnsConfig.options ?? []
  const options = [
    ...(before.options ?? []).filter(({ name }) => own.every((one) => one.name !== name)),
    ...own,
  ].map(({ name, value }) => (value === undefined ? name : `${name}:${value}`))
  // What the pod asks for comes behind the cluster's server and before the machine's.
  const [first, ...rest] = before.nameservers ?? []
  const servers = [first, ...(dnsConfig.nameservers ?? []), ...rest].filter((one) => one !== undefined)
  const searches = [...(before.searches ?? []), ...(dnsConfig.searches ?? [])]
  return [
    ...(searches.length === 0 ? [] : [`search ${[...new Set(searches)].join(' ')}`]),
    ...[...new Set(servers)].slice(0, mostServers).map((server) => `nameserver ${server}`),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
    '',
  ].join('\n')
}

/** All words behind a keyword; the last line of `search` counts, and every one of `nameserver`. */
const wordsOf = (text: string) => {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  return (keyword: string): readonly string[] => {
    const found = lines.filter(([first]) => first === keyword).map(([, ...words]) => words)
    return keyword === 'search' ? (found.at(-1) ?? []) : found.flatMap(([word]) => word ?? [])
  }
}

/** Names are looked up in the pod's two files alone, and not by what else the machine would ask. */
export const nsswitchText = (host: string): string =>
  /^\s*hosts:/m.test(host)
    ? host.replaceAll(/^\s*hosts:.*$/gm, 'hosts: files dns')
    : `${host}${host === '' || host.endsWith('\n') ? '' : '\n'}hosts: files dns\n`
