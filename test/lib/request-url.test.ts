import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestUrl } from '../../src/lib/request-url.ts'

const rows: readonly { readonly target: string | undefined; readonly path: string | undefined }[] = [
  { target: '/api/v1?watch=1', path: '/api/v1?watch=1' },
  { target: undefined, path: '/' },
  { target: '//', path: '//' },
  { target: '//api/v1', path: '//api/v1' },
  { target: '/\\', path: '//' },
  { target: '*', path: '/*' },
  { target: 'http://proxied.example/api', path: '/api' },
  { target: 'http://[', path: undefined },
  { target: '/%', path: undefined },
  { target: '/%e2%28', path: undefined },
  { target: '/%c3%bc', path: '/%c3%bc' },
]

for (const { target, path } of rows)
  test(`the address that a request names: ${target ?? 'none'}`, () => {
    const url = requestUrl(target)
    assert.equal(url === undefined ? undefined : url.pathname + url.search, path)
  })
