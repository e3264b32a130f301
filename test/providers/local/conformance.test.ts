import { behaviourSuite, driftSuite } from '../../conformance/behaviours.ts'
import { capabilitySuite } from '../../conformance/capabilities.ts'
import { crashSuite } from '../../conformance/crash.ts'
import { propertySuite } from '../../conformance/property.ts'
import { local } from './subject.ts'

behaviourSuite(local)
driftSuite(local)
capabilitySuite(local)
crashSuite(local)
propertySuite(local, 10)
