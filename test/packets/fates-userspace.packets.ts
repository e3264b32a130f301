import { fateSuite } from './fates.ts'

await fateSuite('userspace')
