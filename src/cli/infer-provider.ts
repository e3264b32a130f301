import type { Config } from '../config/schema.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'
import { providers } from '../provider/names.ts'
import { cloudOfKey } from './cloud-of-key.ts'
import type { FactsFile } from './facts-file.ts'

/** What tells which clouds are meant, in the order in which it is believed. */
export interface Hints {
  /** `--provider`. */
  readonly asked?: readonly string[]
  readonly services: readonly ServiceObject[]
  readonly nodes?: readonly NodeObject[]
  readonly facts?: Pick<FactsFile, 'sections'>
  readonly config?: Pick<Config, 'provider'>
  /** The classes of a provider; asked only where a Service has one. */
  readonly classesOf: (provider: string) => Promise<readonly string[]>
}

export interface Inferred {
  readonly names: readonly string[]
  /** Nothing told: these are all there are. */
  readonly everyCloud?: true
}

/** What a node says of its cloud: the beginning of `spec.providerID`. */
const schemes: readonly (readonly [scheme: string, provider: string])[] = [
  ['aws:', 'aws'],
  ['gce:', 'gcp'],
  ['azure:', 'azure'],
  ['openstack:', 'openstack'],
]

/**
 * The clouds to plan for. What is written on a Service is believed before what is around it: a manifest with a key for
 * one cloud is meant for that one, whoever's nodes were at hand.
 */
export async function inferProviders(hints: Hints): Promise<Inferred> {
  const { asked, services, nodes = [], facts, config } = hints
  if (asked !== undefined) return { names: asked }
  const sources: readonly (() => Promise<Iterable<string | undefined>> | Iterable<string | undefined>)[] = [
    () => services.flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {}).map(cloudOfKey)),
    () => cloudsOfClasses(services, hints.classesOf),
    () => nodes.map(({ spec }) => cloudOfNode(spec?.providerID)),
    () => Object.keys(facts?.sections ?? {}),
    () => [config?.provider],
  ]
  for (const source of sources) {
    const told = new Set(await source())
    const names = providers.filter((name) => told.has(name))
    if (names.length > 0) return { names }
  }
  return { names: providers, everyCloud: true }
}

async function cloudsOfClasses(
  services: readonly ServiceObject[],
  classesOf: Hints['classesOf'],
): Promise<readonly string[]> {
  const used = new Set(services.map(({ spec }) => spec?.loadBalancerClass))
  used.delete(undefined)
  if (used.size === 0) return []
  const known = await Promise.all(providers.map(async (name) => ({ name, classes: await classesOf(name) })))
  return known.filter(({ classes }) => classes.some((one) => used.has(one))).map(({ name }) => name)
}

const cloudOfNode = (providerId: string | undefined): string | undefined =>
  schemes.find(([scheme]) => providerId?.startsWith(scheme) === true)?.[1]
