/**
 * Every key at work on the strict server, through the whole controller: what it asks for is there in the end, whoever
 * looks anew finds nothing to do, taking it away leaves what would be there without it, and a delete leaves nothing.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedAnnotation } from '../../../src/model/claim.ts'
import { leaveKey } from '../../../src/model/shared-annotations.ts'
import { aws } from '../../keys/aws.ts'
import type { KeyCase } from '../../keys/key-case.ts'
import { goldenName } from '../../keys/keys.ts'
import type { Bed } from '../../support/bed.ts'
import { keysBed, servicePorts } from './keys-world.ts'

type Made = ReturnType<typeof keysBed>

/** What a key leaves behind when it goes, on purpose. */
const leftBehind: Readonly<Record<string, (dump: string) => string>> = {
  // A name is chosen once.
  'aws-load-balancer-name': (dump) => dump.replaceAll('shop-edge', 'k8s-shop-web-ca3b0fee12'),
  // A Classic Load Balancer keeps policies that no listener names.
  'aws-load-balancer-ssl-cert--classic': (dump) =>
    dump.replace(/"policies": \{\n.*?\n {3}\}/s, '"policies": {}'),
}

const shown = ({ cloud }: Made): string => JSON.stringify(cloud.dump(), null, 1)

const mutating = ({ cloud }: Made): readonly string[] =>
  cloud.log.flatMap(({ mutating: writes, action, outcome }) => (writes ? [`${action} ${outcome}`] : []))

function apply(bed: Bed, one: KeyCase, withKey: boolean): void {
  // A Service beside it, to which some of the connections may go.
  bed.apply(
    'web-next',
    {
      type: 'NodePort',
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30_090 }],
      selector: { app: 'next' },
    },
    {},
  )
  bed.apply(
    'web',
    { ports: servicePorts, selector: { app: 'web' }, ...one.spec },
    { ...one.beside, ...(withKey ? { [one.key]: one.value } : {}) },
  )
}

/** Ready, and nothing is left of what was there before. */
async function settled({ bed }: Made): Promise<void> {
  const done = (): boolean => {
    const ready = bed.condition('web')
    return ready?.status === 'True' && !ready.message.includes('stays until')
  }
  try {
    await bed.until('ready', done, 3_600_000)
  } catch (error) {
    throw new Error(bed.condition('web')?.message ?? 'no condition', { cause: error })
  }
  await bed.calm()
}

async function begun(one: KeyCase, withKey: boolean): Promise<Made> {
  const made = keysBed()
  made.bed.start()
  apply(made.bed, one, withKey)
  await settled(made)
  return made
}

const plain = new Map<string, Promise<string>>()

/** What is there without the key. Many cases start from the same Service. */
function withoutKey(one: KeyCase): Promise<string> {
  const start = JSON.stringify([one.spec, one.beside])
  const known = plain.get(start) ?? begun(one, false).then(shown)
  plain.set(start, known)
  return known
}

async function restarted(made: Made, meanwhile: () => void): Promise<readonly string[]> {
  await made.bed.stop()
  meanwhile()
  made.cloud.clearLog()
  made.bed.start()
  await made.bed.calm()
  await settled(made)
  await made.bed.pass(60_000)
  return mutating(made)
}

const forgetAll = ({ bed }: Made) =>
  void bed.edit('web', { metadata: { annotations: { [acceptedAnnotation]: null } } })

for (const one of aws.cases) {
  const name = goldenName(one)
  test(`${name}: ${one.value}`, async () => {
    const plain = await withoutKey(one)
    const made = await begun(one, true)
    assert.notEqual(shown(made), plain, 'the same is there with and without the key')

    const untouched = await restarted(made, () => forgetAll(made))
    assert.deepEqual(untouched, [], 'who remembers nothing and reads everything finds nothing to do')
    assert.deepEqual(await restarted(made, () => {}), [], 'a restart changes nothing')

    // Without the key there are other addresses in the same zones, and those need leave.
    made.bed.edit('web', { metadata: { annotations: { [one.key]: null, [leaveKey]: 'true' } } })
    await made.bed.pass(5_000)
    await settled(made)
    // What the whole cluster shared goes when lists show that nobody needs it.
    await made.bed.pass(600_000)
    const left = leftBehind[name] ?? ((dump) => dump)
    assert.equal(left(shown(made)), plain, 'without the key it is as it would have been without it')

    made.bed.delete('web')
    await made.bed.until('gone', () => made.bed.service('web') === undefined)
    await made.bed.pass(60_000)
    assert.deepEqual(made.cloud.dump(), keysBed().cloud.dump(), 'a delete leaves nothing')
  })
}
