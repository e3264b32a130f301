import type { AnnotationTable } from '../../src/model/annotations.ts'

export const laterAnnotations: AnnotationTable = {}
