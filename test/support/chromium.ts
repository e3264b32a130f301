import { existsSync } from 'node:fs'

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** How playwright-core starts the Chromium of this machine; undefined: there is none. */
export function findChromium(): { readonly executablePath: string; readonly args: string[] } | undefined {
  const executablePath = [process.env.CHROMIUM ?? '', ...usual].find(
    (path) => path !== '' && existsSync(path),
  )
  if (executablePath === undefined) return undefined
  // Its own sandbox refuses root, as whom CI runs.
  return { executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] }
}
