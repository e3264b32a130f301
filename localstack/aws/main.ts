import { parseArgs } from 'node:util'
import { createCloud } from './cloud.ts'
import { startAws } from './http.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, region: { type: 'string', default: 'us-east-1' } },
})
const cloud = createCloud({ region: values.region })
const endpoint = await startAws(cloud, { port: Number(values.port) })
process.stdout.write(`AWS_ENDPOINT_URL=${endpoint.url}\n`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void endpoint.close())
