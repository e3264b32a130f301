import { isObject } from '../lib/json.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import type { Problem } from '../model/problem.ts'
import { parseText, type ParsedDocument } from './document.ts'
import { located, type ConfigInput, type Given } from './given.ts'
import { unparsable, type Located } from './located.ts'
import { providerSettings, settings } from './settings.ts'

/** The file's settings by path, with the lines they stand on. */
export function readFileValues({ file }: ConfigInput, problems: Located[]): ReadonlyMap<string, Given> {
  const values = new Map<string, Given>()
  if (file === undefined) return values
  const { documents, faults } = parseText(file.text)
  problems.push(...faults.map((fault) => unparsable(fault, file.place)))
  const document = documents.find(({ value }) => value !== null && value !== undefined)
  if (document === undefined) return values
  for (const [path, value] of pathsOf(document.value)) {
    const given: Given = { value, place: file.place, ...document.locate(path) }
    if (settings.has(path)) values.set(path, given)
    else problems.push(located(given, wrongEntry(path, value)))
  }
  return values
}

/** The top level, with what is below a provider's name as `aws.region`. An empty value is as good as none. */
function pathsOf(value: ParsedDocument['value']): readonly (readonly [string, unknown])[] {
  if (!isObject(value)) return [['', value]]
  return Object.entries(value)
    .flatMap(([key, item]): readonly (readonly [string, unknown])[] =>
      key in providerSettings && isObject(item)
        ? Object.entries(item).map(([name, inner]) => [`${key}.${name}`, inner])
        : [[key, item]],
    )
    .filter(([, item]) => item !== null)
}

function wrongEntry(path: string, value: unknown): Problem {
  if (path === '' || path in providerSettings)
    return {
      code: 'LB_CONFIG',
      severity: 'error',
      path,
      message: `${path === '' ? 'the file' : path} cannot be ${JSON.stringify(value)}`,
      accepted: 'a map of settings',
    }
  const near = nearestWord(path, [...settings.keys(), ...Object.keys(providerSettings)])
  return {
    code: 'LB_CONFIG_UNKNOWN',
    severity: 'error',
    path,
    message: `there is no setting ${path}`,
    hint: near === undefined ? '"lb-controller run --help" lists all settings' : `did you mean ${near}?`,
  }
}
