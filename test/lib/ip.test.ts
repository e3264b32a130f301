import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { contains, overlaps, parseAddress, parseCidr, type Cidr } from '../../src/lib/ip.ts'

const rows: readonly { name: string; text: string; is?: string; hint?: RegExp }[] = [
  { name: 'IPv4', text: '10.0.0.0/8', is: '10.0.0.0/8' },
  { name: 'IPv4, host bits cleared', text: '10.1.2.3/12', is: '10.0.0.0/12' },
  { name: 'IPv4, odd prefix', text: '192.168.255.255/23', is: '192.168.254.0/23' },
  { name: 'one address', text: '192.0.2.7/32', is: '192.0.2.7/32' },
  { name: 'everywhere', text: '0.0.0.0/0', is: '0.0.0.0/0' },
  { name: 'everywhere in IPv6, as GCP writes it', text: '0::0/0', is: '::/0' },
  { name: 'IPv6 in RFC 5952', text: '2001:DB8:0:0::1/64', is: '2001:db8::/64' },
  { name: 'IPv6, host bits cleared across a byte', text: '2001:db8:ffff::/35', is: '2001:db8:e000::/35' },
  { name: 'an address alone', text: '10.0.0.1', hint: /10\.0\.0\.1\/32/ },
  { name: 'an IPv6 address alone', text: '2001:db8::1', hint: /2001:db8::1\/128/ },
  { name: 'zero-padded octet', text: '010.0.0.0/8', hint: /10\.0\.0\.0\/8\?/ },
  { name: 'zero-padded octet without prefix', text: '10.000.0.1', hint: /10\.0\.0\.1\?/ },
  { name: 'three octets', text: '10.0.0/8' },
  { name: 'octet too large', text: '10.0.0.256/32' },
  { name: 'a number', text: '167772160/8' },
  { name: 'hexadecimal', text: '0x0a.0.0.0/8' },
  { name: 'prefix too long', text: '10.0.0.0/33', hint: /0 to 32/ },
  { name: 'prefix too long in IPv6', text: '::/129', hint: /0 to 128/ },
  { name: 'prefix with a zero in front', text: '10.0.0.0/08', hint: /0 to 32/ },
  { name: 'no prefix behind the slash', text: '10.0.0.0/', hint: /0 to 32/ },
  { name: 'a mask instead of a prefix', text: '10.0.0.0/255.0.0.0', hint: /0 to 32/ },
  { name: 'two slashes', text: '10.0.0.0/8/8', hint: /0 to 32/ },
  { name: 'blank in front', text: ' 10.0.0.0/8' },
  { name: 'zone', text: 'fe80::1%eth0/64', hint: /'%'/ },
  { name: 'IPv4 in IPv6', text: '::ffff:10.0.0.1/128', hint: /10\.0\.0\.1/ },
  { name: 'IPv4 in IPv6, in hexadecimal', text: '::ffff:a00:1/128' },
  { name: 'a word', text: 'everywhere' },
  { name: 'nothing', text: '' },
  { name: 'only a slash', text: '/' },
]

for (const { name, text, is, hint } of rows)
  test(`cidr: ${name}`, () => {
    const parsed = parseCidr(text)
    if (is !== undefined) return assert.equal(parsed.ok && parsed.value.text, is)
    assert.equal(parsed.ok, false)
    if (!parsed.ok && hint !== undefined) assert.match(parsed.error.hint ?? '', hint)
  })

const range = (text: string): Cidr => {
  const parsed = parseCidr(text)
  assert.ok(parsed.ok, text)
  return parsed.value
}

test('cidr: contains and overlaps', () => {
  assert.equal(contains(range('10.0.0.0/8'), range('10.9.0.0/16')), true)
  assert.equal(contains(range('10.9.0.0/16'), range('10.0.0.0/8')), false)
  assert.equal(contains(range('0.0.0.0/0'), range('::/0')), false)
  assert.equal(overlaps(range('10.9.0.0/16'), range('10.0.0.0/8')), true)
  assert.equal(overlaps(range('10.0.0.0/9'), range('10.128.0.0/9')), false)
  const address = parseAddress('2001:db8::5')
  assert.ok(address.ok)
  assert.equal(contains(range('2001:db8::/126'), address.value), false)
  assert.equal(contains(range('2001:db8::/125'), address.value), true)
})

test('cidr: host bits are told', () => {
  assert.equal(range('10.0.0.1/8').hadHostBits, true)
  assert.equal(range('10.0.0.0/8').hadHostBits, false)
})

const ipish = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:/%x '.split('')), maxLength: 45 }),
  fc.tuple(fc.ipV4(), fc.nat(40)).map(([ip, bits]) => `${ip}/${bits}`),
  fc.tuple(fc.ipV6(), fc.nat(140)).map(([ip, bits]) => `${ip}/${bits}`),
)

test('cidr: never throws; its text is canonical and lies where the input lies', () => {
  fc.assert(
    fc.property(ipish, (text) => {
      const parsed = parseCidr(text)
      if (!parsed.ok) return
      const again = range(parsed.value.text)
      assert.deepEqual({ ...again, hadHostBits: false }, { ...parsed.value, hadHostBits: false })
      assert.equal(again.hadHostBits, false)
      const address = parseAddress(text.slice(0, text.indexOf('/')))
      assert.ok(address.ok && contains(parsed.value, address.value))
    }),
    { numRuns: 1000 },
  )
})
