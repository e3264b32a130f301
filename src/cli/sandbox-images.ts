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
  const byRuns = Map.groupBy(rows, ({ runs }) => runs)
  const lines = [...byRuns].map(
    ([runs, same]) => `  ${runs}\n      ${same.flatMap(({ images }) => images).join(', ')}\n`,
  )
  return `The sandbox pulls no images. These names stand for programs of this machine, with any tag and registry:

${lines.join('\n')}
Any other image needs a command, which runs on this machine as you, with the pod's address in POD_IP:
  the container's own "command" and "args", or
  the pod's annotation ${commandAnnotation}: a line for sh, or "echo" for an echo server;
  with ".NAME" behind it, for the container of that name only

Files and names: where "lb-controller sandbox status" says that volumes are mounted, all programs of a pod find them by
their mountPath, and names of the cluster if its DNS has port 53. Elsewhere a container's command, what "kubectl exec"
runs, curl and wget find volumes, and curl, wget and nslookup names. All other files are those of this machine;
a pod's own files lie in $SANDBOX_ROOT.
`
}
