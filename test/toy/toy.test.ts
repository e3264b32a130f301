import { behaviourSuite, driftSuite } from '../conformance/behaviours.ts'
import { capabilitySuite } from '../conformance/capabilities.ts'
import { crashSuite } from '../conformance/crash.ts'
import { toy } from './subject.ts'

behaviourSuite(toy)
capabilitySuite(toy)
crashSuite(toy)
driftSuite(toy)
