import { ApiFault } from '../fault.ts'
import { pathsOf } from './field-set.ts'
import type { Manager, Owners } from './managers.ts'

function named({ manager, operation, apiVersion, subresource }: Manager): string {
  const who = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}`
  return operation === 'Update' ? `${who} using ${apiVersion}` : who
}

/** Why an application fails: the fields that others own and that it would change. */
export function applyConflict(contested: Owners): ApiFault {
  const byManager = [...contested]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { manager, fields }]) => ({ who: named(manager), paths: pathsOf(fields) }))
  const all = byManager.flatMap(({ who, paths }) => paths.map((field) => ({ who, field })))
  const listed = byManager.map(
    ({ who, paths }) => `conflicts with ${who}:\n${paths.map((path) => `- ${path}`).join('\n')}`,
  )
  const message =
    all.length === 1
      ? `Apply failed with 1 conflict: conflict with ${all[0]?.who}: ${all[0]?.field}`
      : `Apply failed with ${all.length} conflicts: ${listed.join('\n')}`
  return new ApiFault(409, 'Conflict', message, {
    causes: all.map(({ who, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${who}`,
      field,
    })),
  })
}
