import { connectTo } from './live.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { hasErrors } from '../config/load.ts'
import { paintFor, type ColourChoice } from './colour.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { problemText } from './print.ts'
import { applyAll, manifestsOf, type Manifest } from './sandbox-files.ts'
import { readSources } from './sources.ts'

/** So long everything that was applied may take until it serves. */
const patienceMs = 30_000

/** The manifests of files; undefined, after saying why, when one of them cannot be used. */
export async function readFiles(
  files: readonly string[],
  io: Io,
  colour: ColourChoice,
): Promise<readonly Manifest[] | undefined> {
  const { sources, problems } = await readSources(files, io)
  const read = manifestsOf(sources)
  const all = [...problems, ...read.problems]
  const paint = paintFor(io, 'err', colour)
  for (const located of all) io.err(problemText(located, paint))
  return hasErrors(all) ? undefined : read.manifests
}

/** Applies them in order and waits until they serve, telling what does. */
export async function applyFiles(
  sandbox: Sandbox,
  manifests: readonly Manifest[],
  io: Io,
  colour: ColourChoice,
  signal: AbortSignal,
): Promise<ExitCode> {
  const [out, err] = [paintFor(io, 'out', colour), paintFor(io, 'err', colour)]
  const applied: Manifest[] = []
  const client = await connectTo({ kubeconfig: sandbox.facts.kubeconfig })
  try {
    const refused = await applyAll(client, manifests, (manifest) => void applied.push(manifest), signal)
    if (signal.aborted) return exit.fine
    for (const located of refused) io.err(problemText(located, err))
    io.out(`${applied.length} of ${manifests.length} objects applied\n`)
    const begun = performance.now()
    const awaited = applied.map(({ object, resource }) => ({
      kind: resource.kind,
      namespace: object.metadata.namespace ?? 'default',
      name: object.metadata.name,
    }))
    const late = await sandbox.waitUntilServing(
      awaited,
      {
        patienceMs,
        onServing: ({ kind, namespace, name, how }) =>
          io.out(
            `  ${kind.toLowerCase()} ${namespace}/${name}: ${how} ${out('dim', `(${seconds(performance.now() - begun)})`)}\n`,
          ),
      },
      signal,
    )
    for (const { kind, namespace, name, how } of late)
      io.err(`lb-controller: ${kind.toLowerCase()} ${namespace}/${name} does not serve yet: ${how}\n`)
    return refused.length + late.length > 0 ? exit.errors : exit.fine
  } finally {
    await client.close()
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
