import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusalOf } from '../../src/page/guard.ts'

interface Row {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly method?: string
  readonly hosts?: readonly string[]
  readonly code: number | undefined
}

const rows: readonly Row[] = [
  { name: 'localhost with a port', headers: { host: 'localhost:8080' }, code: undefined },
  { name: 'a name under localhost', headers: { host: 'lb.localhost' }, code: undefined },
  { name: 'an address of loopback', headers: { host: '127.17.0.1:80' }, code: undefined },
  { name: 'the last address of loopback', headers: { host: '127.255.255.255' }, code: undefined },
  { name: 'numbers of each length', headers: { host: '127.9.99.249' }, code: undefined },
  { name: 'a number beyond a byte', headers: { host: '127.0.0.256' }, code: 421 },
  { name: 'a number of 260', headers: { host: '127.0.260.1' }, code: 421 },
  { name: 'a number too many', headers: { host: '127.0.0.0.1' }, code: 421 },
  { name: 'loopback of IPv6', headers: { host: '[::1]:80' }, code: undefined },
  { name: 'letters of any size', headers: { host: 'LOCALHOST' }, code: undefined },
  { name: 'no host', headers: {}, code: 421 },
  { name: 'a name that may point anywhere', headers: { host: 'attacker.example' }, code: 421 },
  { name: 'a name that looks like loopback', headers: { host: '127.0.0.1.attacker.example' }, code: 421 },
  { name: 'a name that ends like localhost', headers: { host: 'notlocalhost' }, code: 421 },
  { name: 'an address of others', headers: { host: '10.0.0.1:80' }, code: 421 },
  { name: 'no address at all', headers: { host: '127.0.0.999' }, code: 421 },
  { name: 'a host within a host', headers: { host: 'localhost@attacker.example' }, code: 421 },
  {
    name: 'a name that a setting allows',
    headers: { host: 'page.corp' },
    hosts: ['Page.corp'],
    code: undefined,
  },
  {
    name: 'another one than the setting allows',
    headers: { host: 'x.page.corp' },
    hosts: ['page.corp'],
    code: 421,
  },
  { name: 'HEAD', headers: { host: 'localhost' }, method: 'HEAD', code: undefined },
  { name: 'POST', headers: { host: 'localhost' }, method: 'POST', code: 405 },
  {
    name: 'a script of another origin',
    headers: { host: 'localhost', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    code: 403,
  },
  {
    name: 'a page on another port of this machine',
    headers: { host: 'localhost', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
    code: 403,
  },
  {
    name: 'somebody who follows a link from another page',
    headers: { host: 'localhost', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    code: undefined,
  },
  {
    name: 'our own page',
    headers: { host: 'localhost', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
    code: undefined,
  },
]

for (const { name, headers, method = 'GET', hosts = [], code } of rows)
  test(`who may ask: ${name}`, () => assert.equal(refusalOf({ method, headers }, hosts)?.code, code))
