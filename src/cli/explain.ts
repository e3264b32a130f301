import { nearest } from '../model/did-you-mean.ts'
import { helpEnd, type AddCommand } from './context.ts'
import { exit } from './exit.ts'
import { columns } from './print.ts'

export const addExplain: AddCommand = (program, { io, finish }) => {
  program
    .command('explain')
    .summary('what a problem code means')
    .description('Says what a problem code means and how to mend it. Without a code, lists all of them.')
    .argument('[CODE]', 'a code such as LB_FILE_MISSING')
    .addHelpText(
      'after',
      helpEnd({
        examples: ['lb-controller explain LB_FILE_UNPARSABLE', 'lb-controller explain'],
        exits: [
          [0, 'fine'],
          [1, 'there is no such code'],
        ],
      }),
    )
    .action(async (code: string | undefined) => {
      const { explain, problemCodes } = await import('../model/problem-codes.ts')
      const wanted = code?.toUpperCase()
      if (wanted === undefined) {
        const rows = Object.entries(problemCodes).map(([name, { title }]) => [name, title])
        io.out(`${columns(rows.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)))}\n`)
        return
      }
      const text = explain(wanted)
      if (text !== undefined) return io.out(text)
      const near = nearest(wanted, Object.keys(problemCodes), 6)
      io.err(`there is no code ${wanted}${near === undefined ? '' : `; did you mean ${near}?`}\n`)
      finish(exit.errors)
    })
}
