import { parseText } from '../config/document.ts'
import { unparsable, type Located } from '../config/located.ts'
import type { Config } from '../config/schema.ts'
import { isObject, type Json } from '../lib/json.ts'
import type { NodeObject } from '../model/objects.ts'
import { error, warning } from '../model/problem.ts'
import type { DryRunOptions } from './dry-run.ts'
import type { Io } from './io.ts'
import { readConfig } from './read-config.ts'
import { readManifests, type Manifests } from './read-manifests.ts'
import { readSources, type Source } from './sources.ts'

export interface GivenFacts {
  readonly place: string
  readonly values: ReadonlyMap<string, Json>
  readonly locate: (key: string) => Omit<Located, 'problem'>
}

/** Everything a dry run is told. `config` is absent when the settings are wrong. */
export interface Inputs {
  readonly manifests: Manifests
  readonly config?: Config
  /** Absent when neither `--nodes` nor the files hold a Node. */
  readonly nodes?: readonly NodeObject[]
  readonly facts?: GivenFacts
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
  const facts = factSource === undefined ? undefined : readFacts(factSource, problems)
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

/** One object written twice is applied twice, and the last one stays: that is the one to plan. */
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
  return [...last.values()]
}

function readFacts({ place, text }: Source, problems: Located[]): GivenFacts | undefined {
  const { documents, faults } = parseText(text)
  problems.push(...faults.map((fault) => unparsable(fault, place)))
  const [document] = documents
  if (document === undefined) return undefined
  const locate = (key: string): Omit<Located, 'problem'> => ({
    place,
    ...document.locate(`[${JSON.stringify(key)}]`),
  })
  if (isObject(document.value)) return { place, values: new Map(Object.entries(document.value)), locate }
  const accepted = 'one "fact: value" a line'
  problems.push({
    problem: error('LB_FACTS', '', 'the file is no map of facts', { accepted }),
    ...locate(''),
  })
  return undefined
}
