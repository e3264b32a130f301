/** A path as a request has it: what is no visible ASCII is escaped, and what is escaped already stays. Never throws. */
export const requestPath = (path: string): string =>
  path.toWellFormed().replaceAll(/[^!-~]+/g, encodeURIComponent)
