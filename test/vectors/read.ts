import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { proxyFiles } from './proxy/index.ts'
import type { Vector, VectorFile } from './vector.ts'

const asCase = (value: unknown): value is Vector =>
  typeof value === 'object' && value !== null && 'expected' in value && 'name' in value

/** All cases of a cloud's folder, by file; a folder of files with one case each is one group. */
export function readVectors(root: string, cloud: string): readonly VectorFile[] {
  const beside = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8')) as unknown
  if (!existsSync(join(root, cloud))) return []
  return cloud === 'proxy' ? proxyFiles(beside) : filesIn(root, cloud, beside)
}

function filesIn(root: string, folder: string, beside: VectorFile['beside']): readonly VectorFile[] {
  const alone: Vector[] = []
  const files: VectorFile[] = []
  for (const entry of readdirSync(join(root, folder)).toSorted()) {
    const path = `${folder}/${entry}`
    if (statSync(join(root, path)).isDirectory()) files.push(...filesIn(root, path, beside))
    else if (entry.endsWith('.json')) {
      const value = beside(path)
      if (Array.isArray(value)) files.push({ name: path, cases: value.filter(asCase), beside })
      else if (asCase(value)) alone.push(value)
    }
  }
  return alone.length === 0 ? files : [...files, { name: folder, cases: alone, beside }]
}
