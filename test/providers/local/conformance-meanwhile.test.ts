import { meanwhileSuite } from '../../conformance/crash.ts'
import { local } from './subject.ts'

meanwhileSuite(local)
