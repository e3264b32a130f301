import { meanwhileSuite } from '../conformance/crash.ts'
import { toy } from './subject.ts'

meanwhileSuite(toy)
