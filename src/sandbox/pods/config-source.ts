import { isObject } from '../../lib/json.ts'

/** Keys and contents of ConfigMaps and Secrets. Undefined: there is none of that name. */
export interface ConfigSource {
  configMap(namespace: string, name: string): Entries | undefined
  secret(namespace: string, name: string): Entries | undefined
}

export type Entries = ReadonlyMap<string, Buffer>

interface Finder {
  find(name: 'configmaps' | 'secrets', reference: { namespace: string; name: string }): unknown
}

const filed = (value: unknown, encoding: 'utf8' | 'base64'): readonly (readonly [string, Buffer])[] =>
  isObject(value)
    ? Object.entries(value as Readonly<Record<string, string>>).map(([key, text]) => [
        key,
        Buffer.from(text, encoding),
      ])
    : []

type Data = { readonly data?: unknown; readonly binaryData?: unknown } | undefined

/** As the API server stores them. */
export const configSource = (state: Finder): ConfigSource => ({
  configMap(namespace, name) {
    const found = state.find('configmaps', { namespace, name }) as Data
    return found && new Map([...filed(found.data, 'utf8'), ...filed(found.binaryData, 'base64')])
  },
  secret(namespace, name) {
    const found = state.find('secrets', { namespace, name }) as Data
    return found && new Map(filed(found.data, 'base64'))
  },
})
