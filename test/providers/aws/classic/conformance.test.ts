import { behaviourSuite, driftSuite } from '../../../conformance/behaviours.ts'
import { crashSuite } from '../../../conformance/crash.ts'
import { classic } from './subject.ts'

behaviourSuite(classic)
crashSuite(classic)
driftSuite(classic)
