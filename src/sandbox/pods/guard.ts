import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Keeps a list of process groups, and ends them all when its input does: when we are gone, however that came. */
const script = `
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done 2>/dev/null
`

/** Sees to it that no process outlives the sandbox, even one that is ended by SIGKILL. */
export class Guard {
  #child: ChildProcess | undefined
  #closed = false

  add(group: number): void {
    this.#say(`+ ${group}\n`)
  }

  remove(group: number): void {
    if (this.#child !== undefined) this.#say(`- ${group}\n`)
  }

  /** Ends every group that is left, and itself. */
  close(): void {
    this.#closed = true
    this.#child?.stdin?.end()
  }

  #say(line: string): void {
    if (this.#closed) return
    this.#child ??= started()
    this.#child.stdin?.write(line)
  }
}

function started(): ChildProcess {
  // In a session of its own: a Ctrl-C at the terminal is for the sandbox, which needs it until the end.
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  child.unref()
  return child
}

/** In the environment of every process of a sandbox: the folder of its pods. */
export const marker = 'SANDBOX_PODS'

/**
 * Ends what an earlier sandbox of the same folder left behind when its guard was killed, too. Known by its environment,
 * so that a number which means another process by now is never hit. Answers how many there were. Linux only.
 */
export function reap(folder: string): number {
  let count = 0
  for (const entry of processes()) {
    if (!/^\d+$/.test(entry) || !environmentOf(entry).includes(`${marker}=${folder}`)) continue
    try {
      process.kill(Number(entry), 'SIGKILL')
      count++
    } catch {
      // It has ended by itself.
    }
  }
  return count
}

function processes(): readonly string[] {
  try {
    return readdirSync('/proc')
  } catch {
    return []
  }
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}
