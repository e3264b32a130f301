import type { Located } from '../config/located.ts'
import type { Config } from '../config/schema.ts'
import type { NodeObject } from '../model/objects.ts'
import { warning } from '../model/problem.ts'
import type { DryRunOptions } from './dry-run.ts'
import { readFactsFile, type FactsFile } from './facts-file.ts'
import type { Io } from './io.ts'
import { readConfig } from './read-config.ts'
import { readManifests, type Manifests } from './read-manifests.ts'
import { readSources, type Source } from './sources.ts'

/** Everything a dry run is told. `config` is absent when the settings are wrong. */
export interface Inputs {
  readonly manifests: Manifests
  readonly config?: Config
  /** Absent when neither `--nodes` nor the files hold a Node. */
  readonly nodes?: readonly NodeObject[]
  readonly facts?: FactsFile
  readonly problems: readonly Located[]
}

export async function readInputs(places: readonly string[], options: DryRunOptions, io: Io): Promise<Inputs> {
  const problems: Located[] = []
  const read = async (which: readonly string[]): Promise<readonly Source[]> => {
    const found = await readSources(which, io, options)
    problems.push(...found.problems)
    return found.sources
  }
  const loaded = await readConfig(options.config, {}, io)
  const given = readManifests(await read(places))
  const manifests = { ...given, services: lastOfEach(given.services, options.namespace, problems) }
  const nodeFile = options.nodes === undefined ? undefined : readManifests(await read([options.nodes]))
  const [factSource] = options.facts === undefined ? [] : await read([options.facts])
  const facts = factSource === undefined ? undefined : readFactsFile(factSource, problems)
  problems.push(...loaded.problems, ...manifests.problems, ...(nodeFile?.problems ?? []))
  const nodes = [...manifests.nodes, ...(nodeFile?.nodes ?? [])].map(({ object }) => object)
  return {
    manifests,
    problems,
    ...(loaded.config === undefined ? {} : { config: loaded.config }),
    ...(nodes.length === 0 && nodeFile === undefined ? {} : { nodes }),
    ...(facts === undefined ? {} : { facts }),
  }
}

/**
 * One object written twice is applied twice, and the last one stays: that is the one to plan. Sorted by name, so that
 * what is shown does not depend on how files are cut and ordered.
 */
function lastOfEach(
  services: Manifests['services'],
  namespace: string,
  problems: Located[],
): Manifests['services'] {
  const last = new Map<string, Manifests['services'][number]>()
  for (const service of services) {
    const { metadata } = service.object
    const name = `${metadata.namespace ?? namespace}/${metadata.name}`
    const before = last.get(name)
    if (before !== undefined)
      problems.push(
        before.locate(
          warning(
            'LB_FILE_TWICE',
            'metadata.name',
            `the Service ${name} is given again later, and that one counts`,
          ),
        ),
      )
    last.delete(name)
    last.set(name, service)
  }
  return [...last].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, service]) => service)
}
