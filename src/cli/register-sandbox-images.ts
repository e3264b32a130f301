import type { Command } from 'commander'
import { helpEnd, oneOf, type CliContext } from './context.ts'

/** `sandbox images`; what it does is in `sandbox-images.ts`. */
export function addImages(command: Command, { io, bodies, finish }: CliContext): void {
  command
    .command('images')
    .summary('what stands in for which image')
    .description('Lists the images that pods of a sandbox can have, and what each runs on this machine.')
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
    .addHelpText(
      'after',
      helpEnd({ examples: ['lb-controller sandbox images', 'lb-controller sandbox images -o json'] }),
    )
    .action(async (options: { readonly output: string }) => {
      const images = await bodies.sandboxImages()
      finish(await images(options, io))
    })
}
