import type { Manager } from '../controller/manager.ts'
import type { Chronicle } from './chronicle.ts'
import type { PageSource } from './source.ts'

/** The part of the controller that the page reads. */
export type Seen = Pick<Manager, 'services' | 'report' | 'checks'> & {
  readonly term: object | undefined
  readonly lease: Pick<Manager['lease'], 'holder'>
}

export interface ControllerSourceParts {
  readonly about: Readonly<Record<string, string>>
  readonly manager: Seen
  /** Gets the events and the steps of that controller. */
  readonly chronicle: Chronicle
  readonly path: PageSource['path']
  /** News beyond the controller's: pods, traffic. */
  readonly more?: PageSource['follow']
}

/** The page's source where a controller runs in this process. */
export function controllerSource(parts: ControllerSourceParts): PageSource {
  const { about, manager, chronicle, path, more } = parts
  const { store } = manager.services
  return {
    about,
    lack: () => lackOf(manager),
    services: () => store.list(),
    service: (namespace, name) => store.get(`${namespace}/${name}`),
    report: (namespace, name) => manager.report(namespace, name).report,
    past: (namespace, name) => chronicle.past(`${namespace}/${name}`),
    path,
    follow(listener) {
      const ends = [
        store.subscribe(({ key }) => listener({ type: 'service', key })),
        chronicle.follow(listener),
        ...(more === undefined ? [] : [more(listener)]),
      ]
      return () => ends.forEach((end) => end())
    },
  }
}

function lackOf(manager: Seen): string | undefined {
  const lacks = Object.values(manager.checks()).filter((lack): lack is string => lack !== undefined)
  if (lacks.length > 0) return lacks.join('; ')
  const { holder } = manager.lease
  if (manager.term === undefined)
    return holder === undefined ? 'no instance leads yet' : `${holder} leads: the plan is known there`
  return undefined
}
