// Says what failed in full and everything else in one line: a thousand passing tests are no news. Also tells how many
// files ran, since a glob that finds nothing looks just like success.
import { relative } from 'node:path'

const slowMs = 1500

export default async function* report(source) {
  let passed = 0
  let skipped = 0
  const failures = []
  const slow = []
  const files = new Set()
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message
    // Those without a file are node's own summary.
    if (type === 'test:diagnostic' && data.file !== undefined) yield `figures: ${data.message}\n`
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.file !== undefined) files.add(data.file)
    if (data.details.type === 'suite') continue
    if (data.skip !== undefined) skipped++
    else if (type === 'test:pass') passed++
    else failures.push(data)
    if (data.skip !== undefined)
      yield `skipped: ${data.name}${typeof data.skip === 'string' ? `: ${data.skip}` : ''}\n`
    if (data.details.duration_ms > slowMs) slow.push(data)
  }
  for (const { name, file, line, details } of failures) {
    const cause = details.error?.cause ?? details.error
    yield `\nFAILED ${name}\n  ${file === undefined ? '' : `${relative('.', file)}:${line}`}\n${indented(cause?.stack ?? String(cause))}\n`
  }
  const slowest = slow.toSorted((a, b) => b.details.duration_ms - a.details.duration_ms).slice(0, 5)
  for (const { name, details } of slowest)
    yield `slow: ${(details.duration_ms / 1000).toFixed(1)} s  ${name}\n`
  yield `${files.size} files: ${passed + failures.length + skipped} tests\n`
  yield `${passed} passed, ${failures.length} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`
}

const indented = (text) => text.replaceAll(/^/gm, '  ')
