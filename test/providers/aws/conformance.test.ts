import { behaviourSuite, driftSuite } from '../../conformance/behaviours.ts'
import { capabilitySuite } from '../../conformance/capabilities.ts'
import { crashSuite } from '../../conformance/crash.ts'
import { aws } from './subject.ts'

behaviourSuite(aws)
capabilitySuite(aws)
crashSuite(aws)
driftSuite(aws)
