import { createHash } from 'node:crypto'

/** How a page's Content-Security-Policy names an inline script or style: only this very text may run. */
export const cspHash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`
