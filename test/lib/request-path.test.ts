import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestPath } from '../../src/lib/request-path.ts'

const rows: readonly (readonly [path: string, sent: string])[] = [
  ['/healthz', '/healthz'],
  ['/a b?c=d&e#f', '/a%20b?c=d&e#f'],
  ['/a%20b', '/a%20b'],
  ['/ü€', '/%C3%BC%E2%82%AC'],
  ['/a\r\nHost: b', '/a%0D%0AHost:%20b'],
  ['/\ud800', '/%EF%BF%BD'],
  ['/\0\x7f~!', '/%00%7F~!'],
]
for (const [path, sent] of rows)
  test(`the path ${JSON.stringify(path)} in a request`, () => assert.equal(requestPath(path), sent))
