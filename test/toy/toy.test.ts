import { behaviourSuite, driftSuite } from '../conformance/behaviours.ts'
import { crashSuite } from '../conformance/crash.ts'
import { toy } from './subject.ts'

behaviourSuite(toy)
crashSuite(toy)
driftSuite(toy)
