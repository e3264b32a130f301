import type { AnnotationTable } from '../../src/model/annotations.ts'
import { sharedAnnotations } from '../../src/model/shared-annotations.ts'

export const gcpAnnotations: AnnotationTable = { ...sharedAnnotations }
