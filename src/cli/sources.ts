import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Located } from '../config/located.ts'
import type { Problem } from '../model/problem.ts'
import type { Io } from './io.ts'

/** A text and where it came from. */
export interface Source {
  readonly place: string
  readonly text: string
  /** Nobody named it: it lies in a folder that was named. */
  readonly found?: true
}

export interface Sources {
  readonly sources: readonly Source[]
  readonly problems: readonly Located[]
}

export interface SourceOptions {
  /** Look into folders of folders too. */
  readonly recursive?: boolean
  /** One file is asked for: a folder, of which only one file would count, is none. */
  readonly onlyFiles?: boolean
}

const manifest = /\.(?:ya?ml|json)$/i

/** Files, folders and `-` for standard input, in the order given; a folder's files by name. */
export async function readSources(
  places: readonly string[],
  io: Io,
  options: SourceOptions = {},
): Promise<Sources> {
  const sources: Source[] = []
  const problems: Located[] = []
  for (const place of places) {
    try {
      if (place === '-') sources.push({ place: '<stdin>', text: await readAll(io.stdin) })
      else if (!(await stat(place)).isDirectory())
        sources.push({ place, text: decode(await readFile(place)) })
      else if (options.onlyFiles === true) problems.push({ problem: notAFile, place })
      else {
        const files = await filesIn(place, options)
        if (files.length === 0) problems.push({ problem: emptyFolder, place })
        for (const file of files)
          sources.push({ place: file, text: decode(await readFile(file)), found: true })
      }
    } catch (error) {
      problems.push({ problem: unreadable(error, place), place })
    }
  }
  return { sources, problems }
}

async function filesIn(folder: string, options: SourceOptions): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: options.recursive === true })
  return entries
    .filter((entry) => entry.isFile() && manifest.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  return decode(Buffer.concat(chunks))
}

/** Shells on Windows redirect into UTF-16 with a mark in front; everything else is UTF-8. */
function decode(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

const notAFile: Problem = {
  code: 'LB_FILE_UNREADABLE',
  severity: 'error',
  path: '',
  message: 'this is a folder, and one file is asked for',
  hint: 'name the file in it',
}

const emptyFolder: Problem = {
  code: 'LB_FILE_MISSING',
  severity: 'error',
  path: '',
  message: 'the folder holds no .yaml, .yml or .json file',
  hint: 'name a file, or add --recursive to look into the folders below',
}

function unreadable(error: unknown, place: string): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT')
    return {
      code: 'LB_FILE_MISSING',
      severity: 'error',
      path: '',
      message: 'there is no such file',
      hint: `check the path, or give "-" to read standard input`,
    }
  return {
    code: 'LB_FILE_UNREADABLE',
    severity: 'error',
    path: '',
    message: `cannot read ${place}: ${code === 'EACCES' ? 'permission denied' : code || String(error)}`,
  }
}
