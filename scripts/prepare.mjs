// npm runs this after "npm ci": it builds the bundle, so that "npx lb-controller" works in a clone. An installation
// that cannot build, because it has no development tools or too old a Node, is told so in one line and goes on.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

async function whyNot() {
  try {
    await import('esbuild')
  } catch {
    return 'esbuild is not installed (a production install leaves it out)'
  }
  if (major < 22 || (major === 22 && minor < 19))
    return `Node >= 22.19 is needed and this is ${process.versions.node}: run "npm rebuild node esbuild && npm run build"`
  return undefined
}

const reason = await whyNot()
if (reason === undefined) await import('./build.ts').then(({ build }) => build())
else console.log(`lb-controller: dist/ was not built: ${reason}`)
