import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import { awsWorld } from '../../keys/aws-world.ts'
import { service } from '../../model/service.ts'
import { contribute } from '../../support/plan-service.ts'
import { prefix } from './bad-input/row.ts'

interface Row {
  readonly name: string
  readonly protocols: readonly ('TCP' | 'UDP')[]
  /** Listener -> its time-out, as annotations say it. */
  readonly said: Readonly<Record<string, string>>
  readonly others?: Readonly<Record<string, string>>
  readonly listener: string
  readonly seconds: string | undefined
  readonly problems?: readonly string[]
}

const rows: readonly Row[] = [
  {
    name: 'of a TCP listener, by its name',
    protocols: ['TCP'],
    said: { 'TCP-80': '400' },
    listener: 'TCP',
    seconds: '400',
  },
  {
    name: 'of TCP and UDP together, by the name of TCP',
    protocols: ['TCP', 'UDP'],
    said: { 'TCP-80': '400' },
    listener: 'TCP_UDP',
    seconds: '400',
  },
  {
    name: 'of TCP and UDP together, by its own name',
    protocols: ['UDP', 'TCP'],
    said: { 'TCP_UDP-80': '400' },
    listener: 'TCP_UDP',
    seconds: '400',
  },
  {
    name: 'by both names: its own counts, and the other is told',
    protocols: ['TCP', 'UDP'],
    said: { 'TCP-80': '400', 'TCP_UDP-80': '500' },
    listener: 'TCP_UDP',
    seconds: '500',
    problems: ['LB_AWS_NO_EFFECT TCP-80'],
  },
  {
    name: 'of TCP and QUIC together, by the name of TCP',
    protocols: ['TCP', 'UDP'],
    said: { 'TCP-80': '400' },
    others: { 'quic-enabled-ports': '80' },
    listener: 'TCP_QUIC',
    seconds: '400',
  },
  {
    name: 'UDP alone has none by the name of TCP',
    protocols: ['UDP'],
    said: { 'TCP-80': '400' },
    listener: 'UDP',
    seconds: undefined,
    problems: ['LB_PORTS_UNKNOWN TCP-80'],
  },
  {
    name: 'TCP and UDP together have none by the name of UDP',
    protocols: ['TCP', 'UDP'],
    said: { 'UDP-80': '400' },
    listener: 'TCP_UDP',
    seconds: undefined,
    problems: ['LB_PORTS_UNKNOWN UDP-80'],
  },
]

for (const row of rows)
  test(`aws: listener attributes: ${row.name}`, () => {
    const said = Object.entries(row.said).map(([name, seconds]): [string, string] => [
      `${prefix}listener-attributes.${name}`,
      `tcp.idle_timeout.seconds=${seconds}`,
    ])
    const others = Object.entries(row.others ?? {}).map(([key, value]) => [prefix + key, value])
    const subject = service(
      {
        ports: row.protocols.map((protocol) => ({
          name: protocol.toLowerCase(),
          port: 80,
          protocol,
          nodePort: 30080,
        })),
      },
      { annotations: { [`${prefix}type`]: 'external', ...Object.fromEntries([...said, ...others]) } },
    )
    const { resources, problems } = contribute(createBlueprint({}), subject, awsWorld)
    const listeners = resources.filter(({ kind }) => kind === 'listener').map(({ spec }) => spec)
    assert.deepEqual(
      listeners.map(({ Protocol }) => Protocol),
      [row.listener],
    )
    const attributes = listeners[0]?.['Attributes'] as Readonly<Record<string, string>> | undefined
    assert.equal(attributes?.['tcp.idle_timeout.seconds'], row.seconds)
    assert.deepEqual(
      problems
        .filter(({ path }) => path.includes('listener-attributes'))
        .map(({ code, value }) => `${code} ${value}`),
      row.problems ?? [],
    )
  })
