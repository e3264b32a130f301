#!/usr/bin/env node
// The only file that reads the process and ends it. It imports nothing at the top: what it starts needs a Node that
// can load it, and an older one must get this one line and not the stack of whatever failed to parse.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

function stopSignal(more: readonly NodeJS.Signals[] = []): AbortSignal {
  const stop = new AbortController()
  // A second signal ends the process as usual: whoever sends it does not want to wait.
  for (const name of ['SIGTERM', 'SIGINT', ...more] as const) process.once(name, () => stop.abort())
  return stop.signal
}

/** One process of a relay, which the relay has started. Its parent says when it ends, also where a signal went to all. */
function runRelayWorker(): void {
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => {})
  import('./relay/worker.ts')
    .then(({ runWorker }) =>
      runWorker({
        send: (message) => void (process.connected && process.send?.(message)),
        onMessage: (run) => void process.on('message', (message) => run(message as never)),
        onEnd: (run) => void process.once('disconnect', run),
      }),
    )
    .then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`lb-controller: ${error instanceof Error ? error.stack : String(error)}\n`)
        process.exit(1)
      },
    )
}

/** What a pod of the sandbox has in its PATH. */
function runPodTool(): void {
  void import('./sandbox/pods/tools/run.ts')
    .then(({ runTool }) => runTool(process.argv.slice(3), process.env))
    .then(({ out, err = '', code }) => {
      process.stdout.write(out)
      process.stderr.write(err)
      process.exitCode = code
    })
}

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`lb-controller: Node >= 22.19 is needed and this is ${process.versions.node}\n`)
  process.exitCode = 1
} else if (process.argv[2] === 'relay-worker' && process.connected) {
  runRelayWorker()
} else if (process.argv[2] === 'pod-tool') {
  runPodTool()
} else {
  // What cannot be said because a disk is full ends nothing.
  process.stderr.on('error', () => {})
  // A reader that has seen enough (`| head`) closes the pipe: that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  const command = process.argv[2] ?? ''
  const staying = ['sandbox', 'node-proxy', 'local-balancer', 'local-aws']
  const prepared = staying.includes(command)
    ? import('./cli/short-run.ts').then(({ forSmallRun, forQuietStart }) => {
        forSmallRun()
        if (command === 'sandbox' || command === 'local-balancer') forQuietStart(process.versions.v8)
      })
    : Promise.resolve()
  const program = prepared.then(() =>
    command === 'local-balancer' || command === 'local-aws'
      ? import('./cli/small-program.ts')
      : import('./cli/program.ts'),
  )
  program
    .then(({ main }) =>
      main(process.argv.slice(2), {
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
        stdin: process.stdin,
        env: process.env,
        outIsTty: process.stdout.isTTY,
        errIsTty: process.stderr.isTTY,
        width: process.stdout.columns,
        script: process.argv[1] ?? '',
        stopSignal,
      }),
    )
    .then(
      (code) => {
        process.exitCode = code
        // A question that nobody answered would hold the process.
        process.stdin.destroy()
      },
      (error: unknown) => {
        process.stderr.write(`lb-controller: ${error instanceof Error ? error.stack : String(error)}\n`)
        process.exitCode = 1
      },
    )
}
