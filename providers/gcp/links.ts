import type { Json } from '../../src/lib/json.ts'

/** `https://www.googleapis.com/compute/v1/projects/p/...` and `projects/p/...` are one. */
export const pathOf = (link: string): string => link.replace(/^https?:\/\/[^/]+\/(compute\/[^/]+\/)?/, '')

/** Within one project: `regions/r/backendServices/b`. What is of another project keeps its project. */
export const placeOf = (link: string): string => pathOf(link).replace(/^projects\/[^/]+\//, '')

export const lastOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1)

export const mapText = (value: Json | undefined, turn: (text: string) => string): Json | undefined =>
  typeof value === 'string' ? turn(value) : value

interface Placed {
  readonly region?: string | undefined
  readonly zone?: string | undefined
}

/** The place of an object by its name: in a zone, a region, or global. */
export const place = (collection: string, name: string, { region, zone }: Placed): string =>
  `${zone !== undefined ? `zones/${zone}` : region !== undefined ? `regions/${region}` : 'global'}/${collection}/${name}`
