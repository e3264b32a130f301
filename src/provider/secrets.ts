/**
 * What a Secret holds, decoded, by its keys; undefined where there is none. Rejects with a `ProviderError`: `denied`
 * where it may not be read.
 */
export type ReadSecret = (
  of: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
) => Promise<Readonly<Record<string, string>> | undefined>
