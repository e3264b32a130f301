/** What differs from run to run, by what stands for it. */
const masks: readonly (readonly [RegExp, string])[] = [
  // oxlint-disable-next-line no-control-regex
  [/\u001b\[[0-9;?]*[a-zA-Z]/g, ''],
  [/\r/g, ''],
  [/\b127\.\d+\.\d+\.\d+\b/g, 'ADDRESS'],
  [/\bnode-\d+\b/g, 'NODE'],
  // Hash of the template and of the pod.
  [/-[0-9a-z]{6,10}-[0-9a-z]{5}\b/g, '-HASH'],
  [/\b3[0-2]\d{3}\b/g, 'NODEPORT'],
  [/\b(\d+[smhd])+\b/g, 'AGE'],
  // Said since kubectl 1.32.
  [/ deleted from \w+ namespace/g, ' deleted'],
]

const masked = (line: string): string =>
  masks
    .reduce((text, [what, name]) => text.replace(what, name), line)
    .replaceAll(/ {2,}/g, '  ')
    .trimEnd()

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(masked)
    .filter((line) => line !== '' && !line.startsWith('Warning: '))

/**
 * Undefined: this is what the page shows, but for names, addresses and ages. A line `...` of the page stands for any
 * number of lines.
 */
export function differs(shown: string, printed: string): string | undefined {
  const want = linesOf(shown)
  const got = linesOf(printed)
  const [last, rest] = matched(want, got)
  if (last === want.length && rest === got.length) return undefined
  const missing = want[last]
  return missing === undefined
    ? `the page does not show this line: ${got[rest]}`
    : `this line of the page did not come: ${missing}`
}

/** How many lines of both agree, from the start. */
function matched(want: readonly string[], got: readonly string[]): readonly [number, number] {
  let at = 0
  for (const [index, line] of want.entries()) {
    if (line === '...') {
      const next = want[index + 1]
      const found = next === undefined ? got.length : got.indexOf(next, at)
      if (found === -1) return [index + 1, at]
      at = found
    } else if (got[at] === line) at++
    else return [index, at]
  }
  return [want.length, at]
}
