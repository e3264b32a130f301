import { behaviourSuite, driftSuite } from '../../conformance/behaviours.ts'
import { crashSuite } from '../../conformance/crash.ts'
import { aws } from './subject.ts'

behaviourSuite(aws)
crashSuite(aws)
driftSuite(aws)
