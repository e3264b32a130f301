import type { Command } from 'commander'
import { mischiefLines, mischiefNames, type MischiefName } from '../sandbox/chaos/mischief.ts'
import { helpEnd, oneOf, type CliContext, type SandboxChaosOptions } from './context.ts'
import { choiceOf, named, whole } from './sandbox-choice.ts'

interface Options {
  readonly ms?: number
  readonly undo?: boolean
  readonly output: 'text' | 'json'
}

/** `sandbox chaos`; what it does is in `sandbox-chaos.ts`. */
export function addChaos(command: Command, { io, bodies, finish }: CliContext): void {
  const chaos = named(
    command
      .command('chaos')
      .summary('break something, and mend it')
      .description(
        [
          'Breaks something in a running sandbox. Without arguments it says what is broken now. What there is:',
          ...mischiefLines().map((line) => `  ${line}`),
        ].join('\n'),
      ),
  )
    .argument('[what]', mischiefNames.join(', '), oneOf(mischiefNames))
    .argument('[name]', 'the pod or node (default: the first ready pod, the node with the most pods)')
    .option(
      '--ms <MILLISECONDS>',
      'slow-node: how long each new connection waits (default: 500)',
      whole(1, 60_000),
    )
    .option(
      '--undo',
      'mend what was broken so; without a name all of that sort, without anything all there is',
    )
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller sandbox chaos',
          'lb-controller sandbox chaos kill-pod',
          'lb-controller sandbox chaos slow-node node-2 --ms 2000',
          'lb-controller sandbox chaos stop-node node-1',
          'lb-controller sandbox chaos stop-node node-1 --undo',
          'lb-controller sandbox chaos --undo',
        ],
        exits: [
          [0, 'it is done'],
          [1, 'there is no such sandbox, pod or node, or nothing to mend'],
        ],
      }),
    )
    .action(
      async (
        name: MischiefName | undefined,
        target: string | undefined,
        { ms, undo = false, output }: Options,
        own: Command,
      ) => {
        if (name === undefined && ms !== undefined)
          chaos.error('error: --ms is of slow-node: chaos slow-node --ms 500')
        const body = await bodies.sandboxChaos()
        const wish = name === undefined ? (undo ? 'mend all' : undefined) : wishOf(name, target, { ms, undo })
        finish(await body({ ...choiceOf(own), output, ...(wish === undefined ? {} : { wish }) }, io))
      },
    )
}

const wishOf = (
  name: MischiefName,
  target: string | undefined,
  { ms, undo }: { readonly ms: number | undefined; readonly undo: boolean },
): SandboxChaosOptions['wish'] => ({
  name,
  undo,
  ...(target === undefined ? {} : { target }),
  ...(ms === undefined ? {} : { ms }),
})
