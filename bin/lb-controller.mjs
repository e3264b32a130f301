#!/usr/bin/env node
// Looks for the bundle before importing it, so that a clone without one gets a sentence instead of a stack.
import { existsSync } from 'node:fs'

const bundle = new URL('../dist/main.js', import.meta.url)
if (existsSync(bundle)) await import(bundle.href)
else {
  console.error(
    'lb-controller: dist/ is not built: run "npm ci" without --ignore-scripts, or "npm rebuild node esbuild && npm run build"',
  )
  process.exitCode = 1
}
