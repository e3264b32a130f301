import { network } from './world.ts'

/** Azure answers ids in its own spelling of the resource group. */
export const idOf = (type: string, ...names: readonly string[]): string =>
  `${network.replace('/resourceGroups/shop/', '/resourceGroups/SHOP/')}/${type}/${names.join('/')}`
