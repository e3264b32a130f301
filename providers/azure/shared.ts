import type { Ref, Resource } from '../../src/plan/resource.ts'

/** Every shared object is named by the Services that use it; alone it holds nothing. */
export const sharedResource = ({ stack, kind, key }: Ref): Resource => ({
  stack,
  kind,
  key,
  spec: {},
  parts: {},
  owners: [],
})
