import { InvalidArgumentError, type Command } from 'commander'
import type { SandboxChoice } from './context.ts'

/** Which sandbox is meant. */
export const named = (command: Command): Command =>
  command
    .option('--name <NAME>', 'the name of the sandbox', sandboxName, 'default')
    .option('--state-dir <DIR>', 'where its files are (default: a folder of its name)')
    .hook('preAction', (_command, asked) => takeFromAbove(asked))

/** An option that the command above has too is read by that one, wherever it stands. */
function takeFromAbove(command: Command): void {
  const { parent } = command
  for (const name of ['name', 'stateDir'])
    if (parent?.getOptionValueSource(name) === 'cli')
      command.setOptionValueWithSource(name, parent.getOptionValue(name), 'cli')
}

/** commander gives what `sandbox` itself takes to `sandbox`, also where it stands behind `status`. */
export function choiceOf(command: Command): SandboxChoice {
  const { name, stateDir } = command.optsWithGlobals<SandboxChoice>()
  return { name, ...(stateDir === undefined ? {} : { stateDir }) }
}

/** A whole number within bounds. */
export const whole =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < least || number > most)
      throw new InvalidArgumentError(`Accepted: a whole number from ${least} to ${most}.`)
    return number
  }

function sandboxName(value: string): string {
  if (!/^[a-z0-9](?:[-a-z0-9]{0,30}[a-z0-9])?$/.test(value))
    throw new InvalidArgumentError('Accepted: up to 32 small letters, digits and dashes, such as "second".')
  return value
}
