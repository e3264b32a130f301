// Bundles src/main.ts into dist/: one chunk for the start and one per thing that is imported lazily, so that a command
// which needs no cloud loads none. Run as a script, or `build(folder)` by a test.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as esbuild, type Plugin } from 'esbuild'
import { buildAssets } from '../src/page/build-assets.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

// What is CommonJS inside may ask for Node's own modules by require, which an ES module lacks.
const banner = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);"

/** The page's script and style go in as text, in place of what bundles them when the sources run. */
const pageAssets: Plugin = {
  name: 'page-assets',
  setup: (build) =>
    build.onLoad({ filter: /[/\\]src[/\\]page[/\\]assets\.ts$/ }, () => ({
      contents: `export const pageAssets = () => (${JSON.stringify(buildAssets())})`,
    })),
}

export type Bundle = Readonly<Record<string, readonly string[]>>

/** Answers, for each file of the bundle, the source files that went into it. */
export async function build(outdir = join(root, 'dist')): Promise<Bundle> {
  const { outputFiles, metafile } = await esbuild({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    splitting: true,
    platform: 'node',
    // ES modules where a library ships both: a CommonJS one that is loaded lazily comes without its names.
    mainFields: ['module', 'main'],
    target: 'node22',
    // Names stay: they are worth more in a stack trace than the bytes, and restoring them costs time at every start.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    chunkNames: '[name]-[hash]',
    banner: { js: banner },
    plugins: [pageAssets],
    logLevel: 'warning',
  })
  await mkdir(outdir, { recursive: true })
  const names = outputFiles.map(({ path }) => basename(path))
  // The entry last: until it is replaced, the old one finds its old chunks.
  for (const { path, contents } of outputFiles.toSorted((a, b) => +isEntry(a.path) - +isEntry(b.path)))
    await writeFile(path, contents, { mode: isEntry(path) ? 0o755 : 0o644 })
  for (const name of await readdir(outdir)) if (!names.includes(name)) await rm(join(outdir, name))
  return Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, { inputs }]) => [basename(path), Object.keys(inputs)]),
  )
}

const isEntry = (path: string): boolean => basename(path) === 'main.js'

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
