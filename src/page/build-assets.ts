import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { Assets } from './assets.ts'

const folder = fileURLToPath(new URL('client/', import.meta.url))

/** Bundles what runs in the browser. Synchronous: then no process of the bundler stays. */
export function buildAssets(): Assets {
  const [script = '', style = ''] = ['main.ts', 'style.css'].map((name) => {
    const { outputFiles } = buildSync({
      entryPoints: [`${folder}${name}`],
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      target: ['chrome120', 'firefox121', 'safari17'],
      minify: true,
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'silent',
    })
    return outputFiles[0]?.text ?? ''
  })
  return { script, style }
}
