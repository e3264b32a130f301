import { isObject } from '../lib/json.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import { error, type Problem } from '../model/problem.ts'
import { parseText, type ParsedDocument } from './document.ts'
import { located, type ConfigInput, type Given } from './given.ts'
import { unparsable, type Located } from './located.ts'
import type { SettingTable } from './setting-table.ts'

/** The file's settings by path, with the lines they stand on. */
export function readFileValues(
  table: SettingTable,
  { file }: ConfigInput,
  problems: Located[],
): ReadonlyMap<string, Given> {
  const values = new Map<string, Given>()
  if (file === undefined) return values
  const { documents, faults } = parseText(file.text)
  problems.push(...faults.map((fault) => unparsable(fault, file.place)))
  const [document, ...more] = documents.filter(({ value }) => value !== null && value !== undefined)
  if (document === undefined) return values
  problems.push(
    ...more.map((one) =>
      located({ place: file.place, ...one.locate('') }, error('LB_CONFIG', '', ...secondDocument)),
    ),
  )
  for (const [path, value] of pathsOf(document.value, table)) {
    const given: Given = { value, place: file.place, ...document.locate(path) }
    if (table.settings.has(path)) values.set(path, given)
    else problems.push(located(given, wrongEntry(path, value, table)))
  }
  return values
}

const secondDocument = [
  'settings are one document, and this is another one',
  { hint: 'write all of them into the first one, without "---" between them' },
] as const

/** The top level, with what is below a group's name as `aws.region`. An empty value is as good as none. */
function pathsOf(
  value: ParsedDocument['value'],
  { groups }: SettingTable,
): readonly (readonly [string, unknown])[] {
  if (!isObject(value)) return [['', value]]
  return Object.entries(value)
    .flatMap(([key, item]): readonly (readonly [string, unknown])[] =>
      groups.has(key) && isObject(item)
        ? Object.entries(item).map(([name, inner]) => [`${key}.${name}`, inner])
        : [[key, item]],
    )
    .filter(([, item]) => item !== null)
}

function wrongEntry(path: string, value: unknown, { settings, groups, command }: SettingTable): Problem {
  if (path === '' || groups.has(path))
    return {
      code: 'LB_CONFIG',
      severity: 'error',
      path,
      message: `${path === '' ? 'the file' : path} cannot be ${JSON.stringify(value)}`,
      accepted: 'a map of settings',
    }
  const near = nearestWord(path, [...settings.keys(), ...groups])
  return {
    code: 'LB_CONFIG_UNKNOWN',
    severity: 'error',
    path,
    message: `there is no setting ${path}`,
    hint:
      near === undefined ? `"lb-controller ${command} --help" lists all settings` : `did you mean ${near}?`,
  }
}
