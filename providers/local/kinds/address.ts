import type { Kind } from '../../../src/provider/kind.ts'
import type { LocalAddressWish } from '../api.ts'
import { addressForm, observedAddress } from './address-form.ts'
import {
  ask,
  cannotChange,
  changedFields,
  deleted,
  etagOf,
  findIn,
  type KindDeps,
  listOurs,
  ours,
  readOurs,
  tagsIn,
  text,
} from './calls.ts'

export function addressKind(deps: KindDeps): Kind {
  const { api } = deps
  return {
    ...addressForm,
    list: (cursor, signal) =>
      listOurs(deps, observedAddress, () => ask('listAddresses', () => api.listAddresses(cursor, signal))),
    read: (seen, signal) =>
      readOurs(deps, observedAddress, () => ask('readAddress', () => api.readAddress(seen.id, signal))),
    find: (want, signal) =>
      readOurs(deps, observedAddress, () =>
        findIn(
          (cursor) => ask('listAddresses', () => api.listAddresses(cursor, signal)),
          ({ name }) => name === want.spec['name'],
        ),
      ),
    async create({ spec }, _inside, signal) {
      const { pool, address } = spec
      const wish: LocalAddressWish = {
        name: text(spec, 'name'),
        ...(pool === undefined ? {} : { pool: text(spec, 'pool') }),
        ...(address === undefined ? {} : { address: text(spec, 'address') }),
        tags: tagsIn(spec),
      }
      const made = await ask('createAddress', () => api.createAddress(wish, signal))
      return ours(deps, observedAddress, made, 'createAddress')
    },
    async update(seen, _want, changes, signal) {
      const { tags, ...others } = changedFields(seen, changes)
      if (tags === undefined || Object.keys(others).length > 0)
        throw cannotChange(seen, changes, 'updateAddress')
      const change = { etag: etagOf(seen), set: { tags } }
      const made = await ask('updateAddress', () => api.updateAddress(seen.id, change, signal))
      return ours(deps, observedAddress, made, 'updateAddress')
    },
    delete: (seen, signal) => deleted('deleteAddress', () => api.deleteAddress(seen.id, signal)),
  }
}
