/**
 * What an HTTP request asks for; undefined where that is no address. A path that begins with two slashes is a path, and not
 * a host, as it would be in a link.
 */
export function requestUrl(target = '/'): URL | undefined {
  const url = URL.parse(target.startsWith('/') ? `http://localhost${target}` : target, 'http://localhost')
  if (url === null) return undefined
  try {
    decodeURIComponent(url.pathname)
    return url
  } catch {
    return undefined
  }
}
