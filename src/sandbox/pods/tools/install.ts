import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shellLine } from './web-line.ts'

export interface Toolmaker {
  /** Where Node is, and the file that it is to run: the program itself. */
  readonly node: string
  readonly program: string
}

/** How the program is asked for one of these. */
const toolCommand = 'pod-tool'

/** Becomes what the program answers, so that signals and exit codes are those of the real one. */
const becomes = (ask: string) => `line=$(${ask}) || exit\neval "exec $line"`

/** The machine has a name of its own, and a pod another one. */
const hostname = `case "$*" in
'') echo "$HOSTNAME" ;;
-i | -I) echo "$POD_IP" ;;
*) echo "hostname: a pod has a name and an address: hostname, hostname -i" >&2; exit 1 ;;
esac`

/** Writes the commands that pods find in front of those of the machine, into a folder of their own. */
export function installTools(folder: string, { node, program }: Toolmaker): void {
  mkdirSync(folder, { recursive: true })
  const ask = (tool: string) =>
    `SANDBOX_TOOLS=${shellLine([folder])} ${shellLine([node, program, toolCommand, tool])} "$@"`
  const tools = {
    curl: becomes(ask('curl')),
    wget: becomes(ask('wget')),
    nslookup: ask('nslookup'),
    hostname,
  }
  for (const [name, body] of Object.entries(tools))
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
}
