import type { Help } from 'commander'

/** What commander leaves beside a term of this width is, on 80 columns, just enough to break a description into lines. */
const widestTerm = 36
const narrowestTerm = 16
/** The two of an indent and the two between term and description, and what commander still breaks into lines. */
const rest = 44

const termWidth = (longest: number, width: number): number =>
  Math.min(longest, widestTerm, Math.max(narrowestTerm, width - rest))

/**
 * How help lists options and commands: one long term does not move the descriptions of all others out of the window. Its own
 * description begins on the line below it.
 */
export const helpForm: Partial<Help> = {
  padWidth(command, helper) {
    const longest = Math.max(
      helper.longestOptionTermLength(command, helper),
      helper.longestSubcommandTermLength(command, helper),
      helper.longestArgumentTermLength(command, helper),
    )
    return termWidth(longest, helper.helpWidth ?? 80)
  },
  formatItem(term, width, description, helper) {
    if (description === '') return `  ${term}`
    const lines = helper.boxWrap(description, (helper.helpWidth ?? 80) - width - 4).split('\n')
    const beside = helper.displayWidth(term) <= width
    const indent = ' '.repeat(width + 4)
    return [
      beside ? `  ${term.padEnd(width)}  ${lines[0]}` : `  ${term}`,
      ...lines.slice(beside ? 1 : 0).map((line) => indent + line),
    ].join('\n')
  },
}
