/**
 * A peer as the system names it, as one writes it: an IPv4 client of a socket that serves both families comes as
 * `::ffff:192.0.2.1`, a link-local one with its zone.
 */
export function plainAddress(told: string): string {
  const zone = told.indexOf('%')
  const text = zone < 0 ? told : told.slice(0, zone)
  return text.startsWith('::ffff:') && text.includes('.', 7) ? text.slice(7) : text
}

/** Of dotted text; undefined if it is none. Written for speed: it runs for each new connection. */
export function ipv4Number(text: string): number | undefined {
  let value = 0
  let octet = -1
  let dots = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 46) {
      if (octet < 0 || ++dots > 3) return undefined
      value = value * 256 + octet
      octet = -1
    } else {
      if (code < 48 || code > 57) return undefined
      octet = (octet < 0 ? 0 : octet * 10) + code - 48
      if (octet > 255) return undefined
    }
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : undefined
}
