import type { CodeTable } from './problem-codes.ts'

export const azureCodes: CodeTable = {}
