import { adoptCodes } from './codes-adopt.ts'
import { annotationCodes } from './codes-annotations.ts'
import { awsCodes } from './codes-aws.ts'
import { azureCodes } from './codes-azure.ts'
import { cloudCodes } from './codes-cloud.ts'
import { fileCodes } from './codes-files.ts'
import { gcpCodes } from './codes-gcp.ts'
import { localCodes } from './codes-local.ts'
import { nodeProxyCodes } from './codes-node-proxy.ts'
import { openstackCodes } from './codes-openstack.ts'
import { serviceCodes } from './codes-service.ts'

/** What `explain CODE` and docs/reference/problems.md say about one code. */
export interface CodeText {
  /** A few words, no full stop. */
  readonly title: string
  readonly happened: string
  /** What we do until it is mended. */
  readonly meanwhile: string
  readonly mend: string
}

export type CodeTable = Readonly<Record<string, CodeText>>

/** Codes by area, in the order of the reference page. A new code is one entry in its area's file. */
export const codeAreas: readonly { readonly title: string; readonly codes: CodeTable }[] = [
  { title: 'Fields of a Service', codes: serviceCodes },
  { title: 'Annotations', codes: annotationCodes },
  { title: 'AWS', codes: awsCodes },
  { title: 'GCP', codes: gcpCodes },
  { title: 'Azure', codes: azureCodes },
  { title: 'OpenStack', codes: openstackCodes },
  { title: 'Local', codes: localCodes },
  { title: 'Answers of the cloud', codes: cloudCodes },
  { title: 'Taking over', codes: adoptCodes },
  { title: 'Node proxy', codes: nodeProxyCodes },
  { title: 'Files and settings', codes: fileCodes },
]

export const problemCodes: CodeTable = Object.assign({}, ...codeAreas.map(({ codes }) => codes)) as CodeTable

/** The paragraph of one code, as `explain` prints it; undefined for a code that does not exist. */
export function explain(code: string): string | undefined {
  const text = Object.hasOwn(problemCodes, code) ? problemCodes[code] : undefined
  if (text === undefined) return undefined
  const { title, happened, meanwhile, mend } = text
  return [
    `${code}: ${title}`,
    '',
    happened,
    '',
    `Meanwhile: ${meanwhile}`,
    '',
    `To mend it: ${mend}`,
    '',
  ].join('\n')
}
