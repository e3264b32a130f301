import { cspHash } from '../lib/csp.ts'
import type { Assets } from './assets.ts'

export interface Document {
  readonly html: string
  readonly policy: string
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 8h4m0 0 4-5h4M6 8h8M6 8l4 5h4' fill='none' stroke='%232f6fde' stroke-width='2' stroke-linecap='round'/%3E%3C/svg%3E"

/** One page that holds its script and its style; only these very texts may run, and nothing is loaded from elsewhere. */
export function documentOf({ script, style }: Assets): Document {
  const policy = [
    "default-src 'none'",
    `script-src ${cspHash(script)}`,
    `style-src ${cspHash(style)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>lb-controller</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<noscript>This page shows what the controller knows as it happens, and needs JavaScript for it. Without it: lb-controller status NAME.</noscript>
<script type="module">${script}</script>
</body>
</html>
`
  return { html, policy }
}
