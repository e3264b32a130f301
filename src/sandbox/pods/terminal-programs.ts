import { execFile } from 'node:child_process'

/** A program that opens a pseudo terminal, and runs a line of shell on it. */
export interface TerminalProgram {
  readonly name: 'script' | 'python3'
  readonly env: Readonly<Record<string, string>>
  readonly run: (line: string) => readonly [string, ...string[]]
}

/** Of util-linux. It takes the shell from the environment, and ends as what it ran. */
const script: TerminalProgram = {
  name: 'script',
  env: { SHELL: '/bin/sh' },
  run: (line) => [
    'script',
    '--quiet',
    '--return',
    '--flush',
    '--echo',
    'always',
    '--command',
    line,
    '/dev/null',
  ],
}

const copying = `
import os, pty, select, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv('/bin/sh', ['sh', '-c', sys.argv[1]])
os.close(3)
inputs = [0, terminal]
while True:
    ready = select.select(inputs, [], [])[0]
    if 0 in ready:
        typed = os.read(0, 65536)
        if not typed:
            inputs.remove(0)
        os.write(terminal, typed or b'\\x04')
    if terminal in ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            shown = b''
        if not shown:
            break
        while shown:
            shown = shown[os.write(1, shown):]
status = os.waitpid(pid, 0)[1]
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
`

const python: TerminalProgram = {
  name: 'python3',
  env: {},
  run: (line) => ['python3', '-c', copying, line],
}

let found: Promise<readonly TerminalProgram[]> | undefined

/** Those that this machine has, the best first. Looked up once. */
export const terminalPrograms = (): Promise<readonly TerminalProgram[]> => (found ??= look())

async function look(): Promise<readonly TerminalProgram[]> {
  // The other `script`, of BSD, wants a terminal for its own input.
  const hasScript = (await versionOf('script')).includes('util-linux')
  const hasPython = (await versionOf('python3')).startsWith('Python 3')
  return [...(hasScript ? [script] : []), ...(hasPython ? [python] : [])]
}

const versionOf = (program: string) =>
  new Promise<string>((resolve) => {
    execFile(program, ['--version'], (error, stdout) => resolve(error === null ? stdout : ''))
  })
