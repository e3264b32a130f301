import { fateSuite } from './fates.ts'

await fateSuite('nftables')
