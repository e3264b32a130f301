import { propertySuite } from '../conformance/property.ts'
import { toy } from './subject.ts'

propertySuite(toy, 12)
