import { fork } from 'node:child_process'
import type { Answer, WorkerWire } from './worker-talk.ts'

/** The first argument that makes the program one process of a relay. For nobody to type: it takes a parent. */
const workerArgument = 'relay-worker'

/** Starts this very program again: `program` is the file that Node was started with, source or bundle. */
export function forkWorker(program: string): WorkerWire {
  const child = fork(program, [workerArgument], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // None of what this process was started with, such as an inspector's port, is meant for another one.
    execArgv: [],
  })
  return {
    send: (message) => {
      // Whether it arrives is seen by its answer, and by the end.
      if (child.connected) child.send(message, () => {})
    },
    onMessage: (run) => void child.on('message', (message) => run(message as Answer)),
    onEnd(run) {
      let isOver = false
      const over = () => {
        if (isOver) return
        isOver = true
        child.kill('SIGKILL')
        run()
      }
      child.on('error', over)
      child.on('exit', over)
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
