import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startOnTerminal, type TerminalProcess } from '../../../src/sandbox/pods/terminal.ts'
import { terminalPrograms } from '../../../src/sandbox/pods/terminal-programs.ts'
import { typewriter } from '../../../src/sandbox/pods/typewriter.ts'

const options = { env: { PATH: process.env['PATH'] ?? '' }, cwd: '/' }

/** What it shows, and a wait until it has shown something. */
function watch(process: TerminalProcess) {
  let text = ''
  process.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return {
    all: () => text,
    shows: async (part: string) => {
      while (!text.includes(part)) await once(process.stdout, 'data')
    },
  }
}

/** Makes one size take longer to tell than others. */
function slowFor(t: TestContext, columns: number): void {
  const path = process.env['PATH'] ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'lb-stty-'))
  const script = `#!/bin/sh\nPATH='${path}'\ncase "$*" in *"cols ${columns} "*) sleep 0.2 ;; esac\nexec stty "$@"\n`
  writeFileSync(join(folder, 'stty'), script, { mode: 0o755 })
  process.env['PATH'] = `${folder}:${path}`
  t.after(() => {
    process.env['PATH'] = path
    rmSync(folder, { recursive: true })
  })
}

for (const program of await terminalPrograms()) {
  test(`${program.name}: a command has a terminal, its size and its end`, async () => {
    const size = { columns: 99, rows: 33 }
    const command = ['sh', '-c', 'tty >/dev/null && stty size; echo "it\'s $0"; exit 3', 'a b']
    const shell = await startOnTerminal(command, { ...options, size, program })
    const shown = watch(shell)
    assert.deepEqual(await shell.ended, { exitCode: 3 })
    assert.equal(shown.all(), "33 99\r\nit's a b\r\n")
  })

  test(`${program.name}: it can get another size; a signal ends it`, async () => {
    const command = ['sh', '-c', 'echo ready; while read line; do stty size; done']
    const shell = await startOnTerminal(command, { ...options, program })
    const shown = watch(shell)
    await shown.shows('ready')
    await shell.resize({ columns: 44, rows: 22 })
    shell.stdin.write('typed\r')
    await shown.shows('22 44')
    assert.ok(shown.all().includes('typed\r\n'), 'what is typed is shown')
    process.kill(-shell.pid, 'SIGKILL')
    assert.deepEqual(await shell.ended, { exitCode: 137 })
  })

  test(`${program.name}: of sizes told right after each other the last one holds`, async (t) => {
    const command = ['sh', '-c', 'echo ready; read line; stty size']
    const shell = await startOnTerminal(command, { ...options, program })
    const shown = watch(shell)
    await shown.shows('ready')
    slowFor(t, 98)
    await Promise.all([shell.resize({ columns: 98, rows: 32 }), shell.resize({ columns: 97, rows: 31 })])
    shell.stdin.write('\r')
    assert.deepEqual(await shell.ended, { exitCode: 0 })
    assert.match(shown.all(), /31 97\r\n$/)
  })
}

test('without a pseudo terminal there are pipes, and a word about it', async () => {
  const shell = await typewriter(['cat'], options)
  const shown = watch(shell)
  shell.stdin.write('one\rtwo\r\u0004')
  assert.deepEqual(await shell.ended, { exitCode: 0 })
  assert.match(shown.all(), /^This machine has neither .*\r\none\r\ntwo\r\none\r\ntwo\r\n$/)
})

test('a folder that is gone is an error', async () => {
  await assert.rejects(startOnTerminal(['true'], { ...options, cwd: '/nowhere' }), { code: 'ENOENT' })
})
