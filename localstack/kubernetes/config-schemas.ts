import { kind, reference } from './meta-schemas.ts'
import { bytes, flag, int32, kept, listOf, mapOf, struct, text } from './schema.ts'

export const secret = kind('Secret', {
  data: mapOf(bytes),
  stringData: mapOf(text),
  type: text,
  immutable: kept(flag),
})

const address = struct('EndpointAddress', {
  ip: text,
  hostname: text,
  nodeName: kept(text),
  targetRef: reference,
})

export const endpoints = kind('Endpoints', {
  subsets: listOf(
    struct('EndpointSubset', {
      addresses: listOf(address),
      notReadyAddresses: listOf(address),
      ports: listOf(
        struct('EndpointPort', { name: text, port: int32, protocol: text, appProtocol: kept(text) }),
      ),
    }),
  ),
})
