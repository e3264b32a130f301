/** Which Service is shown stands in the address: `#NAMESPACE/NAME`. */
export const hashOf = (key: string): string => `#${key.split('/').map(encodeURIComponent).join('/')}`

export function keyIn(hash: string): string | undefined {
  const [, namespace, name] = /^#([^/]+)\/([^/]+)$/.exec(hash) ?? []
  if (namespace === undefined || name === undefined) return undefined
  try {
    return `${decodeURIComponent(namespace)}/${decodeURIComponent(name)}`
  } catch {
    return undefined
  }
}
