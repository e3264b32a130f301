// Says in one line what is missing before a script would fail in twenty. Plain JavaScript: it must run on any Node.
import { existsSync } from 'node:fs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const says = []
if (!existsSync(new URL('../node_modules/yaml', import.meta.url)))
  says.push('dependencies are not installed: run "npm ci"')
else if (major < 22 || (major === 22 && minor < 19))
  says.push(
    `Node >= 22.19 is needed and this is ${process.versions.node}: run "npm ci" without --ignore-scripts, or "npm rebuild node esbuild", to get the project's own`,
  )
if (says.length > 0) {
  console.error(`lb-controller: ${says[0]}`)
  process.exit(1)
}
