import { commandAnnotation } from '../sandbox/pods/choice.ts'
import { imageTable } from '../sandbox/pods/images.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'

/** Says what stands in for the images that the sandbox knows. */
export async function sandboxImages({ output }: { readonly output: string }, io: Io): Promise<ExitCode> {
  const rows = imageTable.map(({ names, what }) => ({ images: names, runs: what }))
  io.out(output === 'json' ? `${JSON.stringify(rows, undefined, 2)}\n` : text(rows))
  return exit.fine
}

function text(rows: readonly { readonly images: readonly string[]; readonly runs: string }[]): string {
  const lines = rows.map(({ images, runs }) => `  ${runs}\n      ${images.join(', ')}\n`)
  return `The sandbox pulls no images. These stand for what this machine has, with any tag and registry:

${lines.join('\n')}
Anything else needs a command. Either is run on this machine, as this user, with POD_IP in its environment:
  a container's own "command"
  the annotation ${commandAnnotation} of the pod, a line for sh, or "echo" for an echo server;
  with ".NAME" behind it for the container of that name
`
}
