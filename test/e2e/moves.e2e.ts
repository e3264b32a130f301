/**
 * Moves of the built program under real connections: a client opens 100 a second, each to the address that the status
 * has at that moment, and hears its own words back from a server behind the load balancer. None may fail.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { startRelay } from '../../localstack/aws/relay.ts'
import { openStage, type Stage } from '../../localstack/stage.ts'

const web = { namespace: 'default', name: 'web' }
const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

const service = (stage: Stage) => stage.cluster.state.find('services', web)
const address = (stage: Stage): string | undefined =>
  service(stage)?.status?.loadBalancer?.ingress?.[0]?.hostname
const condition = (stage: Stage) =>
  service(stage)?.status?.conditions?.find((one) => one.type === 'lb-controller.io/Ready')

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(what: string, done: () => boolean): Promise<void> {
  const end = Date.now() + 120_000
  while (!done()) {
    if (Date.now() > end) throw new Error(`not within 120 s: ${what}`)
    await rest(25)
  }
}

/** Says a word on a new connection and waits for it to come back. */
async function say(port: number, word: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.setTimeout(30_000, () => socket.destroy(new Error('no answer within 30 s')))
  try {
    socket.end(word)
    let heard = ''
    for await (const chunk of socket.setEncoding('utf8')) heard += String(chunk)
    if (heard !== word) throw new Error(`heard ${JSON.stringify(heard)} instead of ${JSON.stringify(word)}`)
  } finally {
    socket.destroy()
  }
}

/** 100 new connections in each second until it is stopped; answers how many there were, and why some failed. */
function clients(resolve: () => Promise<number>) {
  const began = Date.now()
  const failed: string[] = []
  const open = new Set<Promise<void>>()
  let count = 0
  const one = async (word: string): Promise<void> => {
    try {
      await say(await resolve(), word)
    } catch (error) {
      failed.push(`${Date.now() - began} ms: ${String(error)}`)
    }
  }
  const timer = setInterval(() => {
    for (const due = (Date.now() - began) / 10; count < due; count++) {
      const asked: Promise<void> = one(`connection ${count}`).finally(() => open.delete(asked))
      open.add(asked)
    }
  }, 10)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
      return { count, failed }
    },
  }
}

test('none of 100 real connections a second fails while the scheme, the type and the targets of a Service change', async () => {
  const stage = await openStage()
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const target = (echo.address() as AddressInfo).port
  const relay = startRelay(stage.cloud, { target, client: '10.9.8.7' })
  try {
    const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-4111-8111-111111111111'
    stage.cloud.addCertificate(arn)
    for (const n of [1, 2, 3]) stage.addNode(n)
    const controller = stage.start(['--grace', '2s'])
    const ports = [{ name: 'http', port: 80 }]
    stage.cluster.state.create('services', {
      metadata: { ...web, annotations: { [key('ssl-cert')]: arn } },
      spec: { type: 'LoadBalancer', ports },
    })
    await until('it is ready', () => condition(stage)?.status === 'True')
    await rest(6_000)
    const traffic = clients(() => relay.resolve(address(stage) ?? '', 80))
    for (const [name, value, moves] of [
      ['scheme', 'internal', true],
      ['type', 'external', true],
      ['backend-protocol', 'ssl', false],
    ] as const) {
      const before = address(stage)
      stage.cluster.state.patch('services', web, { metadata: { annotations: { [key(name)]: value } } })
      await rest(500)
      await until(
        `${name} is ${value}`,
        () =>
          condition(stage)?.message === 'everything that was asked for is in place' &&
          stage.cloud.world.loadBalancers.list().length === 1 &&
          stage.cloud.world.targetGroups.list().length === 1,
      )
      assert.equal(address(stage) !== before, moves, `${name}: the address`)
    }
    const { count, failed } = await traffic.stop()
    assert.deepEqual(
      [...failed.slice(0, 3), ...relay.refused.slice(0, 3)],
      [],
      `${failed.length} of ${count}`,
    )
    assert.ok(count > 1_500, `${count} connections`)
    controller.process.kill('SIGTERM')
    assert.equal(await controller.ended, 0, controller.output())
  } finally {
    await relay.close()
    echo.close()
    await stage.close()
  }
})
