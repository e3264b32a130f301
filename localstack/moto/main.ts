import { fillAccount } from './account.ts'
import { startMoto } from './server.ts'

const moto = await startMoto()
process.stdout.write(
  `AWS_ENDPOINT_URL=${moto.url}\n${JSON.stringify(await fillAccount(moto.url), null, 2)}\n`,
)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void moto.close())
