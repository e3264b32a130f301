import { meanwhileSuite } from '../../conformance/crash.ts'
import { aws } from './subject.ts'

meanwhileSuite(aws)
