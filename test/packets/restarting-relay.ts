// One generation of a relay: takes over from the one before, serves, hands over to the next one. Started by
// test/packets/relay-restart.packets.ts with the folder, the port and the targets' ports.
import { Handover } from '../../src/relay/handover.ts'
import { LocalRelay } from '../../src/relay/local-relay.ts'

const [folder = '', port = '', ...targets] = process.argv.slice(2)
const relay = new LocalRelay({ sharePorts: true })
const handover = new Handover({
  folder,
  prepare: () => relay.hold(),
  release: () => {
    void relay.drain(60_000).then(() => process.exit(0))
    return Promise.resolve()
  },
})
await handover.takeOver()
const routes = [{ targets: targets.map((target) => ({ address: '127.0.0.1', port: Number(target) })) }]
const address = '127.0.0.1'
const failures = await relay.serve([
  { id: 'tcp', protocol: 'TCP', address, port: Number(port), routes },
  { id: 'udp', protocol: 'UDP', address, port: Number(port), routes },
])
if (failures.length > 0) throw new Error(failures.map(({ message }) => message).join('\n'))
await handover.announce()
process.send?.('serves')
