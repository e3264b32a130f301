import type { CodeTable } from './problem-codes.ts'

export const openstackCodes: CodeTable = {}
