// One line of JSON for each event that test-reporter.mjs looks at, so that several processes make one report.
export default async function* lane(source) {
  for await (const { type, data } of source) {
    if (type === 'test:diagnostic') yield `${JSON.stringify({ type, data })}\n`
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const { name, file, line, skip, details } = data
    const error = details.error?.cause ?? details.error
    const kept = {
      type: details.type,
      duration_ms: details.duration_ms,
      ...(error === undefined ? {} : { error: { stack: error?.stack ?? String(error) } }),
    }
    yield `${JSON.stringify({ type, data: { name, file, line, skip, details: kept } })}\n`
  }
}
